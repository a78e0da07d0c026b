/** Reads figures of a registry's `GET /metrics`, by their names; NaN for what it does not tell. */
export async function readMetrics<Name extends string>(
  url: string,
  names: Name[],
): Promise<Record<Name, number>> {
  const answer = await fetch(`${url}/metrics`);
  const lines = (await answer.text()).split('\n');
  const figureOf = (name: string) => Number(lines.find((line) => line.startsWith(`${name} `))?.split(' ')[1]);
  return Object.fromEntries(names.map((name) => [name, figureOf(name)])) as Record<Name, number>;
}
