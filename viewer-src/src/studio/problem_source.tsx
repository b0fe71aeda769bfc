// A built-in problem and its options.

import { attributes, Field } from "./field.tsx";
import { optionOf, problemOf } from "./form.ts";
import { Sketch } from "./sketch.tsx";
import { change, type Studio } from "./state.ts";

export function ProblemSource({ studio }: { studio: Studio }) {
  const info = studio.info.value;
  const form = studio.form.value;
  const problem = info ? problemOf(form, info) : undefined;
  if (!info || !problem) return null;
  const set = (option: string, text: string) => {
    const typed = { ...form.options[problem.name], [option]: text };
    change(studio, { options: { ...form.options, [problem.name]: typed } });
  };
  return (
    <div class="nw-fields">
      <Field studio={studio} name="source.problem" title="Problem" wide>
        <select
          {...attributes(studio, "source.problem")}
          value={problem.name}
          onChange={(event) => change(studio, { problem: event.currentTarget.value })}
        >
          {info.problems.map(({ name, kind }) => (
            <option value={name}>{kind === "labels" ? `${name} (classes)` : name}</option>
          ))}
        </select>
      </Field>
      <Sketch samples={studio.samples.value} />
      {Object.keys(problem.options).map((option) => (
        <Field key={option} studio={studio} name={`source.${option}`} title={TITLES[option]}>
          <input
            {...attributes(studio, `source.${option}`)}
            type="text"
            inputMode="decimal"
            autoComplete="off"
            value={optionOf(form, problem, option)}
            onInput={(event) => set(option, event.currentTarget.value)}
          />
        </Field>
      ))}
    </div>
  );
}

const TITLES: Readonly<Record<string, string>> = {
  samples: "Samples",
  noise: "Noise",
  low: "x from",
  high: "x to",
  seed: "Seed of the data",
};
