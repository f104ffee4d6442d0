import type { EnumLabelsFragment } from "./generated/graphql.ts";

/** The label of an enum's value in the reader's language, by the enum's name and the value. */
export function labelsOf(enums: readonly EnumLabelsFragment[]): (name: string, value: string) => string {
  const labels = new Map(enums.flatMap((one) => one.values.map((value) => [`${one.name}.${value.value}`, value.label])));
  return (name, value) => labels.get(`${name}.${value}`) ?? value;
}
