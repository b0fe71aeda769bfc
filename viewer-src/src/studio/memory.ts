// What is still there when the page is loaded again. A browser may forbid keeping anything: then nothing is kept.

const FORM = "nodewise-form";
const TOKEN = "nodewise-token";

/** The secret of the link: taken out of the address once, then of this tab's memory. */
export function takeToken(): string {
  const given = new URLSearchParams(location.search).get("token");
  if (given) {
    tried(() => sessionStorage.setItem(TOKEN, given));
    history.replaceState(history.state, "", location.pathname + location.hash);
  }
  return given ?? tried(() => sessionStorage.getItem(TOKEN)) ?? "";
}

/** The form as this tab left it; in a new tab, as any tab left it last. */
export function rememberedForm(): unknown {
  const text = tried(() => sessionStorage.getItem(FORM) ?? localStorage.getItem(FORM));
  return text ? (tried(() => JSON.parse(text) as unknown) ?? null) : null;
}

export function rememberForm(form: unknown): void {
  const text = JSON.stringify(form);
  tried(() => sessionStorage.setItem(FORM, text));
  tried(() => localStorage.setItem(FORM, text));
}

function tried<T>(what: () => T): T | null {
  try {
    return what();
  } catch {
    return null;
  }
}
