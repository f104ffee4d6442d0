import type { UserError } from "@puente/client";
import type { ComponentChildren } from "preact";
import { useWords } from "../words/words.ts";
import { FieldError } from "./states.tsx";

interface Labelled {
  name: string;
  /** Begins the field's id, on a page where several forms have a field of this name. */
  prefix?: string;
  label: string;
  hint?: string;
  value: string;
  set(value: string): void;
  errors: readonly UserError[];
  /** The name in the input that errors are about, if it is not the field's own. */
  path?: string;
  isOptional?: boolean;
}

interface Shared {
  id: string;
  name: string;
  value: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

interface FrameProps extends Labelled {
  control(shared: Shared): ComponentChildren;
}

/** A field's label, hint and errors, and the control that they describe. */
function Frame({ name, prefix = "", label, hint, value, errors, path = name, isOptional, control }: FrameProps) {
  const { form } = useWords();
  const id = prefix + name;
  const isWrong = errors.some((error) => error.path[1] === path);
  const described = [hint && `${id}-hint`, isWrong && `${prefix}${path}-error`].filter(Boolean).join(" ") || undefined;
  return (
    <div class="form-field">
      <label for={id}>
        {label} {isOptional && <span class="optional">{form.optional}</span>}
      </label>
      {hint && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      <FieldError errors={errors} name={path} prefix={prefix} />
      {control({ id, name, value, "aria-describedby": described, "aria-invalid": isWrong || undefined })}
    </div>
  );
}

interface Props extends Labelled {
  type?: "text" | "email" | "tel" | "date" | "number";
  rows?: number;
  lang?: string;
  autoComplete?: string;
  max?: string;
}

/** A text field, of one line or of `rows`. What is in it is checked by the API alone. */
export function Field({ type = "text", rows, lang, autoComplete, max, ...labelled }: Props) {
  const { set } = labelled;
  return (
    <Frame
      {...labelled}
      control={(shared) =>
        rows ? (
          <textarea {...shared} lang={lang} rows={rows} onInput={(event) => set(event.currentTarget.value)} />
        ) : (
          <input {...shared} lang={lang} type={type as "text"} autoComplete={autoComplete} max={max} onInput={(event) => set(event.currentTarget.value)} />
        )
      }
    />
  );
}

interface SelectProps extends Labelled {
  options: readonly (readonly [value: string, label: string])[];
}

/** One of several. */
export function SelectField({ options, ...labelled }: SelectProps) {
  return (
    <Frame
      {...labelled}
      control={(shared) => (
        <select {...shared} onChange={(event) => labelled.set(event.currentTarget.value)}>
          {options.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    />
  );
}
