// Numbers for people, written as nodewise.inspection.reading writes them.

/** Returns a number with 3 significant digits, from 1000 to a million the whole number. */
export function nice(x: number): string {
  const size = Math.abs(x);
  if (size >= 999.5 && size < 1e6) return trimZero(roundHalfEven(x));
  return significant(x, 3);
}

/** Returns two numbers with two digits more than it takes to tell them apart, as `nice` if 3. */
export function apart(low: number, high: number): [string, string] {
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const distance = high - low;
  const digits = distance > 0 ? Math.ceil(Math.log10(largest / distance)) + 2 : 3;
  return digits <= 3 ? [nice(low), nice(high)] : [significant(low, digits), significant(high, digits)];
}

/** Returns a number with the digits that tell places a thousandth of a range apart, as `nice` if 3 do. */
export function within(x: number, [low, high]: readonly [number, number]): string {
  const digits = Math.ceil(Math.log10(Math.max(Math.abs(low), Math.abs(high)) / (high - low))) + 3;
  return digits > 3 && digits < 18 ? significant(x, digits) : nice(x);
}

/** Returns "[-10, 10]" or "[2020, 2020.68]": a range with as many digits as `apart` gives its ends. */
export function interval(low: number, high: number): string {
  return `[${apart(low, high).join(", ")}]`;
}

/** Returns the smallest and the largest of the finite values; [0, 0] if there is none. */
export function range(values: ArrayLike<number>): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 0];
}

/** Returns a number rounded to that many significant digits, without zeros behind: Python's "g" format. */
export function significant(x: number, digits: number): string {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  if (x === 0) return "0";
  const [mantissa, power] = roundedTo(x, digits).split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= digits) return `${withoutZeros(mantissa)}e${exponent}`;
  const written = exponent < 0 ? shiftRight(mantissa, -exponent) : shiftLeft(mantissa, exponent);
  return withoutZeros(written);
}

/** "1.235e3" with half rounded to even, as Python does; toExponential rounds a half away from 0. */
function roundedTo(x: number, digits: number): string {
  const text = x.toExponential(digits - 1);
  const exact = exactDigits(x);
  const half = exact.length > digits && /^50*$/.test(exact.slice(digits));
  if (!half || Number(exact[digits - 1]) % 2 === 1) return text;
  const kept = exact.slice(0, digits);
  const exponent = x.toExponential(60).split("e")[1];
  return `${x < 0 ? "-" : ""}${kept[0]}${digits > 1 ? "." : ""}${kept.slice(1)}e${exponent}`;
}

/** The first 61 digits of a number; a double that is a tie at 17 digits or fewer has none behind them. */
function exactDigits(x: number): string {
  return Math.abs(x).toExponential(60).split("e")[0].replace(".", "");
}

function roundHalfEven(x: number): string {
  const floor = Math.floor(x);
  const half = x - floor === 0.5;
  return String(half ? (floor % 2 === 0 ? floor : floor + 1) : Math.round(x));
}

function trimZero(text: string): string {
  return text === "-0" ? "0" : text;
}

function withoutZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function shiftLeft(mantissa: string, places: number): string {
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.replace(/[-.]/g, "");
  const whole = digits.slice(0, places + 1).padEnd(places + 1, "0");
  const rest = digits.slice(places + 1);
  return sign + whole + (rest ? `.${rest}` : "");
}

function shiftRight(mantissa: string, places: number): string {
  const sign = mantissa.startsWith("-") ? "-" : "";
  return `${sign}0.${"0".repeat(places - 1)}${mantissa.replace(/[-.]/g, "")}`;
}
