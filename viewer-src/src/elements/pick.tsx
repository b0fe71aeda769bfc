// One of several names.

interface PickProps {
  label: string;
  names: readonly string[];
  value: number | null;
  set(value: number | null): void;
  none?: string;
}

export function Pick({ label, names, value, set, none }: PickProps) {
  return (
    <label>
      {label}{" "}
      <select
        value={value === null ? "" : String(value)}
        onChange={(event) => set(event.currentTarget.value === "" ? null : Number(event.currentTarget.value))}
      >
        {none !== undefined && <option value="">{none}</option>}
        {names.map((name, i) => (
          <option value={String(i)}>{name}</option>
        ))}
      </select>
    </label>
  );
}
