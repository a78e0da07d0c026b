import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import type {
  SecretLintRuleContext,
  SecretLintRuleReportDescriptor,
  SecretLintSourceCode,
} from '@secretlint/types';
import type { Hit } from './hit.js';

// The rules of secretlint, called directly. Its core is asynchronous and builds a line index,
// fifteen event handlers and as many promises for each text; the rules themselves are synchronous.

/**
 * Excluded rules: `filter-comments` lets a text disable the other rules (`secretlint-disable`);
 * `gcp` parses complete files for a private key that `privatekey` finds; of the two for user
 * information in URLs, one takes minutes for a hostile text of 4 MiB. `named-values.ts` finds user
 * information in URLs of any scheme.
 */
const EXCLUDED = /-rule-(?:filter-comments|gcp|basicauth|database-connection-string)$/;

const AWS_SECRET = 'AWS secret access key';

/** Kinds by rule. A hit of our own, more precise shapes takes precedence over one of these. */
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

/** Prefixes of all rules. A text without any of them is not checked. */
const PREFIXES =
  /(?:SECRET|secret|Secret)_?(?:ACCESS|access|Access)|npm_|xox[a-z]-|xapp-|hooks\.slack|SG\.|shp[a-z]{2}_|gh[pousr]_|github_pat|T3BlbkFJ|sk-ant|lin_api|-----BEGIN|ops_ey|x-oauth-basic/g;

/** Characters around a prefix that the rules need; a private key is the longest. */
const BEFORE = 300;
const AFTER = 1_500;
const AFTER_PRIVATE_KEY = 10_200;

/**
 * Maximum number of windows of one text. Some rules take quadratic time, so their input is bounded.
 */
const MAXIMUM_WINDOWS = 300;

const RULES_WITH_KINDS = rules
  .filter(({ meta }) => !EXCLUDED.test(meta.id))
  .map((rule) => ({ rule, kind: NAMES.find(([id]) => id.test(rule.meta.id))?.[1] ?? rule.meta.id }));

/**
 * Returns the hits of secretlint's rules in a text. The rules see only windows around their
 * prefixes, because most texts have none.
 * @returns the hits, and whether the text has more windows than are checked
 */
export function matchSecretlintRules(text: string): { hits: Hit[]; tooMany: boolean } {
  const windows: [from: number, to: number][] = [];
  let tooMany = false;
  for (const prefix of text.matchAll(PREFIXES)) {
    const { index, 0: found } = prefix;
    const from = Math.max(0, index - BEFORE);
    const to = index + (found === '-----BEGIN' ? AFTER_PRIVATE_KEY : AFTER);
    const last = windows.at(-1);
    if (last && from <= last[1] && to - last[0] < 4 * AFTER_PRIVATE_KEY) last[1] = Math.max(last[1], to);
    else if (windows.length < MAXIMUM_WINDOWS) windows.push([from, to]);
    else {
      tooMany = true;
      break;
    }
  }
  return { hits: windows.flatMap(([from, to]) => hitsOfWindow(text.slice(from, to), from)), tooMany };
}

function hitsOfWindow(text: string, offset: number): Hit[] {
  // Without a path, the rules accept any kind of file.
  const source = { content: text, filePath: undefined, ext: '.txt', contentType: 'text' };
  return RULES_WITH_KINDS.flatMap(({ rule, kind }) => {
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

/**
 * The AWS rule reports a range that starts at the name of the secret; returns the range of the
 * secret.
 */
function awsSecretIn(text: string, [start, end]: readonly [number, number]): [number, number] {
  const secret = /(?<![A-Za-z0-9/+=])[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=])/g;
  secret.lastIndex = start;
  const found = secret.exec(text);
  return found !== null && found.index <= end + 40 ? [found.index, found.index + 40] : [start, end];
}
