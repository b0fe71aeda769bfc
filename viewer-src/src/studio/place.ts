// What the page shows, as text behind the # of its address: `run=ID&…`, and of two runs `run=ID&with=ID&…`.

export interface Place {
  run: string;
  /** The run beside it, or "". */
  beside: string;
  /** Whether both move together. */
  linked: boolean;
  /** The views of both, as state/address.ts writes them. */
  view: string;
  besideView: string;
}

export const NOWHERE: Place = { run: "", beside: "", linked: true, view: "", besideView: "" };

const OTHER = "with.";

export function parsePlace(hash: string): Place {
  const place = { ...NOWHERE };
  const view: string[] = [];
  const besideView: string[] = [];
  for (const part of hash.replace(/^#/, "").split("&")) {
    const name = part.split("=")[0];
    const value = part.slice(name.length + 1);
    if (name === "run") place.run = decoded(value);
    else if (name === "with") place.beside = decoded(value);
    else if (name === "linked") place.linked = value !== "no";
    else if (name.startsWith(OTHER)) besideView.push(part.slice(OTHER.length));
    else if (part) view.push(part);
  }
  return { ...place, view: view.join("&"), besideView: besideView.join("&") };
}

export function writePlace(place: Place): string {
  const parts = [
    ...(place.run ? [`run=${encodeURIComponent(place.run)}`] : []),
    ...(place.beside ? [`with=${encodeURIComponent(place.beside)}`] : []),
    ...(place.beside && !place.linked ? ["linked=no"] : []),
    ...partsOf(place.view),
    ...partsOf(place.besideView).map((part) => OTHER + part),
  ];
  return parts.length ? `#${parts.join("&")}` : "";
}

/** The parts of a view's text whose names are among `names`, or, with `without`, those that are not. */
export function only(view: string, names: readonly string[], without = false): string {
  return partsOf(view)
    .filter((part) => names.includes(part.split("=")[0]) !== without)
    .join("&");
}

export function joined(...views: readonly string[]): string {
  return views.filter(Boolean).join("&");
}

function partsOf(view: string): string[] {
  return view.split("&").filter(Boolean);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
