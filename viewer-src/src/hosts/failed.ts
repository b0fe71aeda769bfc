// What a person is told when a document cannot be shown.

export function failed(element: Element, error: unknown): void {
  const sentence = document.createElement("p");
  sentence.className = "nw-error";
  sentence.textContent = `This could not be shown: ${error instanceof Error ? error.message : error}`;
  element.replaceChildren(sentence);
}
