// Colours by role, light and dark. Node and class colours are those of nodewise.figures.style, safe for the
// colour-blind.

export interface Theme {
  dark: boolean;
  paper: string;
  ink: string;
  faint: string;
  grid: string;
  range: string;
  truth: string;
  sample: string;
  sampleEdge: string;
  heldOut: string;
  limit: string;
  rest: string;
  positive: string;
  negative: string;
}

export const LIGHT: Theme = {
  dark: false,
  paper: "#ffffff",
  ink: "#222222",
  faint: "#5f6670",
  grid: "#e3e3e3",
  range: "#edf2f7",
  truth: "#0072b2",
  sample: "#90ee90",
  sampleEdge: "#2e8b57",
  heldOut: "#e69f00",
  limit: "#d55e00",
  rest: "#b8b8b8",
  positive: "#0072b2",
  negative: "#d55e00",
};

export const DARK: Theme = {
  dark: true,
  paper: "#16191d",
  ink: "#e9ebee",
  faint: "#9aa3ad",
  grid: "#30353b",
  range: "#20262e",
  truth: "#56b4e9",
  sample: "#2e8b57",
  sampleEdge: "#90ee90",
  heldOut: "#e69f00",
  limit: "#ff8c42",
  rest: "#5c636b",
  positive: "#56b4e9",
  negative: "#ff8c42",
};

const NODES = [
  "#cc6677", "#332288", "#ddcc77", "#117733", "#88ccee", "#882255", "#44aa99", "#999933", "#aa4499", "#ee7733",
];
// Those of NODES that are too dark on a dark page, lightened; the others stay.
const ON_DARK: Record<string, string> = {
  "#332288": "#8f83e0",
  "#117733": "#3fae68",
  "#882255": "#cf6c9c",
};
const CLASSES = [
  "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#882255", "#999933", "#555555",
];

/** The colour of a node by its place in the order of shares; those beyond the tenth share the colour of the rest. */
export function nodeColour(place: number, theme: Theme): string {
  const colour = NODES[place];
  if (colour === undefined) return theme.rest;
  return theme.dark ? (ON_DARK[colour] ?? colour) : colour;
}

/** The colour of a class; classes beyond the tenth begin again. */
export function classColour(index: number): string {
  return CLASSES[index % CLASSES.length];
}

/** Red, green and blue, 0 to 255, of a colour written #rrggbb. */
export function channels(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
