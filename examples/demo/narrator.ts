/** Prints the demo as numbered steps. */
export interface Narrator {
  /** Title of the current step, for a failure. */
  readonly current: string;
  step(title: string): void;
  say(text: string): void;
  /** A command, as you would type it. */
  command(text: string): void;
  /** Output of a program. */
  quote(text: string): void;
  /** Text without an indent. */
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

/**
 * Returns the log of an action as GitHub shows it, without the commands for the runner. It ends before the report,
 * which the comment shows.
 */
export function readableLog(stdout: string): string {
  const lines = stdout
    .split('\n')
    .filter((line) => !/^::(?:add-mask|debug|group|endgroup|save-state|set-output)\b/.test(line))
    .map((line) => line.replace(/^::(error|warning|notice)[^:]*::/, (_, level: string) => `${level}: `))
    .map((line) => line.replaceAll('%0A', '\n').replaceAll('%0D', '').replaceAll('%25', '%'));
  const report = lines.findIndex((line) => / compared with /.test(line));
  if (report === -1) return lines.join('\n');
  const after = lines.slice(report + 1).filter((line) => /^(?:error|warning|notice): /.test(line));
  return [...lines.slice(0, report + 1), ...after].join('\n');
}
