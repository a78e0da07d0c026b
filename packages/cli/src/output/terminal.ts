/** What the environment says of the terminal. */
type Environment = Record<string, string | undefined>;

/**
 * Whether the stream shows plain lines only: it is no terminal, one that cannot move its cursor, or
 * the log of a CI job that pretends to be a terminal.
 */
export function isPlain({ isTTY }: { isTTY?: boolean }, environment: Environment): boolean {
  return isTTY !== true || environment['TERM'] === 'dumb' || isOn(environment['CI']);
}

/**
 * Whether to write colours to the stream: never with `NO_COLOR` (https://no-color.org), always with
 * `FORCE_COLOR`, else on a terminal that shows them.
 */
export function wantsColour({ isTTY }: { isTTY?: boolean }, environment: Environment): boolean {
  if (environment['NO_COLOR']) return false;
  const forced = environment['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return isOn(forced);
  return isTTY === true && environment['TERM'] !== 'dumb';
}

/** Programs write `0` or `false` for "off". */
function isOn(value: string | undefined): boolean {
  return value !== undefined && !/^(?:|0|false)$/i.test(value);
}
