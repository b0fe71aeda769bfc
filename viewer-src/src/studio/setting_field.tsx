// One setting of the training, made from what the server says of it.

import { attributes, Field } from "./field.tsx";
import { changeSetting, type Studio } from "./state.ts";

interface Props {
  studio: Studio;
  name: string;
  /** Whether its help stands below it. */
  explained?: boolean;
}

export function SettingField({ studio, name, explained }: Props) {
  const setting = studio.info.value?.settings[name];
  if (!setting) return null;
  const typed = studio.form.value.settings[name];
  const about = explained ? setting.about : undefined;
  const common = { ...attributes(studio, name), title: explained ? undefined : setting.about };
  if (setting.kind === "switch") {
    return (
      <Field studio={studio} name={name} about={about}>
        <input
          {...common}
          type="checkbox"
          checked={typed === true}
          onChange={(event) => changeSetting(studio, name, event.currentTarget.checked)}
        />
      </Field>
    );
  }
  if (setting.kind === "choice") {
    return (
      <Field studio={studio} name={name} about={about}>
        <select
          {...common}
          value={String(typed)}
          onChange={(event) => changeSetting(studio, name, event.currentTarget.value)}
        >
          {setting.choices?.map((choice) => <option value={choice}>{choice}</option>)}
        </select>
      </Field>
    );
  }
  return (
    <Field studio={studio} name={name} about={about}>
      <input
        {...common}
        type="text"
        inputMode={setting.kind === "list" ? "text" : "decimal"}
        autoComplete="off"
        spellcheck={false}
        placeholder={setting.default === null ? "automatic" : String(setting.default)}
        value={String(typed ?? "")}
        onInput={(event) => changeSetting(studio, name, event.currentTarget.value)}
      />
    </Field>
  );
}
