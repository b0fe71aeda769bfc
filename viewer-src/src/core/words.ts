// Numbers of things, in words.

const ROMAN: readonly [number, string][] = [
  [100, "C"], [90, "XC"], [50, "L"], [40, "XL"], [10, "X"], [9, "IX"], [5, "V"], [4, "IV"], [1, "I"],
];

/** 1, 2, 3 as I, II, III. */
export function roman(number: number): string {
  let letters = "";
  for (const [value, letter] of ROMAN) {
    letters += letter.repeat(Math.floor(number / value));
    number %= value;
  }
  return letters;
}

/** "10 nodes", "1 node". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
