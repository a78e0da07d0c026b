import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import type {
  SecretLintRuleContext,
  SecretLintRuleReportDescriptor,
  SecretLintSourceCode,
} from '@secretlint/types';
import type { Hit } from './hit.js';

// The rules of secretlint, asked directly. Through its core each text would cost an index of its lines, fifteen event
// handlers and as many promises, though the rules themselves run at once; and what calls this would have to wait for each.

/**
 * Left out: `filter-comments`, which lets the text itself switch the other rules off (`secretlint-disable`); `gcp`, which
 * parses whole files for a private key that `privatekey` finds; and the two for user parts of URLs, of which one takes
 * minutes for a hostile text of 4 MiB. User parts of any scheme are found by `named-values.ts`.
 */
const LEFT_OUT = /-rule-(?:filter-comments|gcp|basicauth|database-connection-string)$/;

const AWS_SECRET = 'AWS secret access key';

/** What our own shapes tell more precisely, or more widely; a hit of theirs lies over it and goes first. */
const NAMES: readonly [rule: RegExp, kind: string][] = [
  [/-aws$/, AWS_SECRET],
  [/-npm$/, 'npm token'],
  [/-slack$/, 'Slack token'],
  [/-sendgrid$/, 'SendGrid API key'],
  [/-shopify$/, 'Shopify token'],
  [/-github$/, 'GitHub token'],
  [/-openai$/, 'OpenAI API key'],
  [/-anthropic$/, 'Anthropic API key'],
  [/-linear$/, 'Linear API key'],
  [/-privatekey$/, 'private key'],
  [/-1password$/, '1Password token'],
];

/** Where one of the rules could begin to match; without any of them in a text, none is asked. */
const BEGINNINGS =
  /(?:SECRET|secret|Secret)_?(?:ACCESS|access|Access)|npm_|xox[a-z]-|xapp-|hooks\.slack|SG\.|shp[a-z]{2}_|gh[pousr]_|github_pat|T3BlbkFJ|sk-ant|lin_api|-----BEGIN|ops_ey|x-oauth-basic/g;

/** Characters before and behind a beginning that the rules may need to see; a private key is the longest. */
const BEFORE = 300;
const BEHIND = 1_500;
const BEHIND_A_PRIVATE_KEY = 10_200;

/** Windows of one text. Some of the rules take time in the square of what is before them, so that is bounded. */
const MOST_WINDOWS = 300;

const EXAMINERS = rules
  .filter(({ meta }) => !LEFT_OUT.test(meta.id))
  .map((rule) => ({ rule, kind: NAMES.find(([id]) => id.test(rule.meta.id))?.[1] ?? rule.meta.id }));

/**
 * What the maintained rule set finds in a text. It looks only around places where a rule could begin, because most texts
 * hold none.
 * @returns the hits, and whether there were more places than it looks at
 */
export function matchSecretlintRules(text: string): { hits: Hit[]; tooMany: boolean } {
  const windows: [from: number, to: number][] = [];
  let tooMany = false;
  for (const beginning of text.matchAll(BEGINNINGS)) {
    const { index, 0: found } = beginning;
    const from = Math.max(0, index - BEFORE);
    const to = index + (found === '-----BEGIN' ? BEHIND_A_PRIVATE_KEY : BEHIND);
    const last = windows.at(-1);
    if (last && from <= last[1] && to - last[0] < 4 * BEHIND_A_PRIVATE_KEY) last[1] = Math.max(last[1], to);
    else if (windows.length < MOST_WINDOWS) windows.push([from, to]);
    else {
      tooMany = true;
      break;
    }
  }
  return { hits: windows.flatMap(([from, to]) => hitsOfWindow(text.slice(from, to), from)), tooMany };
}

function hitsOfWindow(text: string, offset: number): Hit[] {
  // Without a path the rules take the text for any kind of file.
  const source = { content: text, filePath: undefined, ext: '.txt', contentType: 'text' };
  return EXAMINERS.flatMap(({ rule, kind }) => {
    const hits: Hit[] = [];
    const context: SecretLintRuleContext = {
      sharedOptions: {},
      createTranslator: () => () =>
        ({ message: '', messageId: '' }) as SecretLintRuleReportDescriptor['message'],
      ignore: () => {},
      report: ({ range }) => {
        const [start, end] = kind === AWS_SECRET ? awsSecretIn(text, range) : range;
        hits.push({ kind, start: start + offset, end: end + offset });
      },
    };
    void rule.create(context, {}).file?.(source as unknown as SecretLintSourceCode);
    return hits;
  });
}

/** The rule for AWS reports the secret's length from where its name begins; this is where the secret is. */
function awsSecretIn(text: string, [start, end]: readonly [number, number]): [number, number] {
  const secret = /(?<![A-Za-z0-9/+=])[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=])/g;
  secret.lastIndex = start;
  const found = secret.exec(text);
  return found !== null && found.index <= end + 40 ? [found.index, found.index + 40] : [start, end];
}
