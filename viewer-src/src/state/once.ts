// What is computed once for each scene or document, and forgotten with it.

/** Returns `make` with its answers kept for as long as what they are of. */
export function once<K extends object, T>(make: (of: K) => T): (of: K) => T {
  const known = new WeakMap<K, { value: T }>();
  return (of) => {
    let found = known.get(of);
    if (!found) known.set(of, (found = { value: make(of) }));
    return found.value;
  };
}
