// A model trained elsewhere: bringing its file, and what it is read on.

import type { Model } from "./api.ts";
import { attributes, Field, refusalAt } from "./field.tsx";
import { bringModel, deleteModel } from "./lists.ts";
import { change, type Studio } from "./state.ts";
import { Columns, Kept } from "./table_source.tsx";

const ENDINGS = ".nodewise, .onnx, .keras, .pt, .pth, .safetensors";

export function ModelSource({ studio }: { studio: Studio }) {
  const form = studio.form.value;
  const model = studio.models.value.find(({ id }) => id === form.model);
  return (
    <div>
      <label class="nws-drop">
        <input
          type="file"
          accept={ENDINGS}
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            event.currentTarget.value = "";
            if (file) void bringModel(studio, file);
          }}
        />
        <span>{studio.busy.value ? "Opening the model…" : `Choose or drop a model: ${ENDINGS}`}</span>
      </label>
      <p class="nw-error">{refusalAt(studio, "source.model")}</p>
      <details class="nws-fold">
        <summary>Files of weights (.pt, .pth, .safetensors)</summary>
        <p class="nw-faint">Such a file does not hold its activations. Say them before you choose it.</p>
        <div class="nws-fields">
          <Phi studio={studio} name="activation" title="Hidden layers" />
          <Phi studio={studio} name="outputActivation" title="Output layer" />
        </div>
      </details>
      {studio.models.value.length > 0 && <Brought studio={studio} model={model} />}
      {model && <ReadOn studio={studio} />}
    </div>
  );
}

interface PhiProps {
  studio: Studio;
  name: "activation" | "outputActivation";
  title: string;
}

function Phi({ studio, name, title }: PhiProps) {
  const id = `source.${name}`;
  const known = studio.info.value?.activations.map((row) => row.name) ?? [];
  const names = name === "activation" ? known : [...known, "softmax"];
  return (
    <Field studio={studio} name={id} title={title}>
      <select
        {...attributes(studio, id)}
        value={studio.form.value[name]}
        onChange={(event) => change(studio, { [name]: event.currentTarget.value })}
      >
        {names.map((known) => <option value={known}>{known}</option>)}
      </select>
    </Field>
  );
}

function Brought({ studio, model }: { studio: Studio; model: Model | undefined }) {
  return (
    <>
      <div class="nws-row">
        <Field studio={studio} name="source.model" title="Model">
          <select
            {...attributes(studio, "source.model")}
            value={model?.id ?? ""}
            onChange={(event) => change(studio, { model: event.currentTarget.value })}
          >
            {!model && <option value="">choose one</option>}
            {studio.models.value.map(({ id, name, network }) => <option value={id}>{`${name} · ${network}`}</option>)}
          </select>
        </Field>
        {model && (
          <button
            type="button"
            title="Runs made with it keep their own copy."
            onClick={() => deleteModel(studio, model.id)}
          >
            Remove model
          </button>
        )}
      </div>
      {model && (
        <p class="nw-faint">
          {model.origin} Features {model.features.join(", ")}; outputs {model.outputs.join(", ")}.
        </p>
      )}
    </>
  );
}

/** What a model is read on: a table, or points made for it. */
function ReadOn({ studio }: { studio: Studio }) {
  const form = studio.form.value;
  const table = studio.tables.value.find(({ id }) => id === form.table);
  return (
    <>
      <div class="nws-row" role="group" aria-label="What the model is read on">
        <button type="button" aria-pressed={!form.onTable} onClick={() => change(studio, { onTable: false })}>
          On points made for it
        </button>
        <button type="button" aria-pressed={form.onTable} onClick={() => change(studio, { onTable: true })}>
          On a table
        </button>
      </div>
      {!form.onTable && (
        <p class="nw-faint">
          400 points, drawn evenly where the model's scaling says that samples lie, or between −1 and 1. There is no
          target then: the readings tell what the network does, not how well.
        </p>
      )}
      {form.onTable && studio.tables.value.length === 0 && (
        <p class="nw-faint">There is no table yet. Drop a CSV or Parquet file anywhere on this page.</p>
      )}
      {form.onTable && studio.tables.value.length > 0 && <Kept studio={studio} table={table} />}
      {form.onTable && table && (
        <>
          <p class="nw-faint">Columns that have the model's own names are found by them.</p>
          <Columns studio={studio} table={table} />
        </>
      )}
    </>
  );
}
