/** Environment variables by name. */
export type Environment = Record<string, string | undefined>;

/** Null for an empty text: in a workflow, an unset variable is often passed as an empty one. */
export function given(value: string | undefined): string | null {
  const text = value?.trim() ?? '';
  return text === '' ? null : text;
}
