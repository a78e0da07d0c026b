/** Prints what happens, as numbered steps. */
export interface Narrator {
  /** The title of the step that is under way, for a failure. */
  readonly current: string;
  step(title: string): void;
  say(text: string): void;
  /** A command, as one would type it. */
  command(text: string): void;
  /** What a program printed. */
  quote(text: string): void;
  /** Text as it is, without an indent. */
  show(text: string): void;
}

export function narrate(write: (text: string) => void): Narrator {
  let number = 0;
  const indented = (lead: string, text: string) =>
    write(
      `${text
        .trimEnd()
        .split('\n')
        .map((line) => `${lead}${line}`.trimEnd())
        .join('\n')}\n`,
    );
  const narrator = {
    current: 'the start',
    step(title: string) {
      number++;
      narrator.current = `step ${number} (${title})`;
      write(`\n${number}. ${title}\n`);
    },
    say: (text: string) => indented('   ', text),
    command: (text: string) => indented('   $ ', text),
    quote: (text: string) => (text.trim() === '' ? undefined : indented('   | ', text)),
    show: (text: string) => write(`\n${text.trimEnd()}\n`),
  };
  return narrator;
}

/** The log of an action as GitHub shows it: without what only the runner reads. */
export function readableLog(stdout: string): string {
  return stdout
    .split('\n')
    .filter((line) => !/^::(?:add-mask|debug|group|endgroup|save-state|set-output)\b/.test(line))
    .map((line) => line.replace(/^::(error|warning|notice)[^:]*::/, (_, level: string) => `${level}: `))
    .map((line) => line.replaceAll('%0A', '\n').replaceAll('%0D', '').replaceAll('%25', '%'))
    .join('\n');
}
