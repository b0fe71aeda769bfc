// The activation, one for all hidden layers or one for each, with its picture.

import { activations } from "../core/activations.ts";
import { attributes, Field } from "./field.tsx";
import { changeSetting, type Studio } from "./state.ts";
import { layersOf } from "./typed.ts";

const NAME = "activation";
const WIDTH = 72;
const HEIGHT = 40;
const REACH = 4;

export function ActivationField({ studio }: { studio: Studio }) {
  const info = studio.info.value;
  const typed = studio.form.value.settings[NAME];
  if (!info || !Array.isArray(typed)) return null;
  const names = typed as readonly string[];
  const layers = layersOf(studio.form.value.settings.hidden);
  const each = names.length > 1;
  const set = (index: number, name: string) =>
    changeSetting(studio, NAME, names.map((old, i) => (i === index ? name : old)));
  return (
    <Field studio={studio} name={NAME} title="Activation">
      {names.map((name, i) => (
        <span class="nws-activation" key={i}>
          <select
            {...(i === 0 ? attributes(studio, NAME) : {})}
            aria-label={each ? `Activation of hidden layer ${i + 1}` : undefined}
            value={name}
            onChange={(event) => set(i, event.currentTarget.value)}
          >
            {info.activations.map((known) => <option value={known.name}>{known.name}</option>)}
          </select>
          <Picture name={name} />
        </span>
      ))}
      <small>{info.activations.find(({ name }) => name === names[0])?.formula}</small>
      {(layers > 1 || each) && (
        <label class="nws-tick">
          <input
            type="checkbox"
            checked={each}
            onChange={(event) => {
              const first = names[0];
              changeSetting(studio, NAME, Array(event.currentTarget.checked ? Math.max(2, layers) : 1).fill(first));
            }}
          />
          one for each layer
        </label>
      )}
    </Field>
  );
}

function Picture({ name }: { name: string }) {
  const row = Object.hasOwn(activations, name) ? activations[name] : null;
  if (!row) return null;
  const count = 145;
  const zs = Array.from({ length: count }, (_, i) => -REACH + (2 * REACH * i) / (count - 1));
  const values = zs.map((z) => row.value(z));
  const low = Math.max(-2, Math.min(0, ...values));
  const high = Math.min(2, Math.max(1, ...values));
  const x = (z: number) => ((z + REACH) / (2 * REACH)) * WIDTH;
  const y = (value: number) => 3 + ((high - value) / (high - low)) * (HEIGHT - 6);
  // A jump is not drawn as a slope: the line begins again behind it.
  const path = values.map((value, i) => {
    const jump = i > 0 && Math.abs(value - values[i - 1]) > 0.5;
    return `${i === 0 || jump ? "M" : "L"}${x(zs[i]).toFixed(1)} ${y(value).toFixed(1)}`;
  });
  return (
    <svg
      class="nws-sketch"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={`Curve of ${name}`}
    >
      <line class="nws-sketch-axis" x1="0" x2={WIDTH} y1={y(0)} y2={y(0)} />
      <line class="nws-sketch-axis" x1={x(0)} x2={x(0)} y1="0" y2={HEIGHT} />
      <path class="nws-sketch-line" d={path.join("")} />
    </svg>
  );
}
