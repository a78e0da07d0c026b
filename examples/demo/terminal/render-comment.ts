import { parseHTML } from 'linkedom';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { drawTable } from './draw-table.js';
import { type Format, type Line, type Look, paintLine, type Span, wrapSpans } from './styled-text.js';

/** What is used of a node of the document. */
interface DomNode {
  nodeType: number;
  nodeName: string;
  textContent: string | null;
  childNodes: Iterable<DomNode>;
  getAttribute?(name: string): string | null;
}

const TEXT = 3;
const INLINE: Record<string, readonly Format[]> = {
  CODE: ['cyan'],
  STRONG: ['bold'],
  B: ['bold'],
  EM: ['italic'],
  A: ['underline'],
  SUB: ['dim'],
};

/** A comment in Markdown as GitHub shows it, for a terminal. Folds are collapsed, with the number of their lines. */
export function renderComment(markdown: string, look: Look): string {
  const html = micromark(markdown, {
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
    allowDangerousHtml: true,
  });
  const { document } = parseHTML(`<html><body>${html}</body></html>`);
  const lines = blocksOf(document.body as unknown as DomNode, look.width);
  return lines.map((line) => paintLine(line, look)).join('\n');
}

/** The lines of the blocks in a node, with an empty line between two blocks. */
function blocksOf(parent: DomNode, width: number): Line[] {
  const blocks: { name: string; lines: Line[] }[] = [];
  let inline: Span[] = [];
  const endParagraph = () => {
    const lines = wrapSpans(trimmed(inline), width);
    inline = [];
    if (lines.some((line) => line.length > 0)) blocks.push({ name: 'P', lines });
  };
  for (const node of parent.childNodes) {
    const lines = blockOf(node, width);
    if (lines === null) inline.push(...spansOf(node));
    else {
      endParagraph();
      blocks.push({ name: node.nodeName, lines });
    }
  }
  endParagraph();
  return blocks.flatMap(({ name, lines }, index) => {
    const isNextFold = name === 'DETAILS' && blocks[index - 1]?.name === 'DETAILS';
    return index === 0 || isNextFold ? lines : [[], ...lines];
  });
}

/** The lines of a block; null for inline content. */
function blockOf(node: DomNode, width: number): Line[] | null {
  switch (node.nodeName) {
    case 'H1':
    case 'H2':
    case 'H3':
    case 'H4':
      return wrapSpans(spansOf(node, ['bold']), width);
    case 'P':
      return wrapSpans(spansOf(node), width);
    case 'UL':
    case 'OL':
      return elementsOf(node, 'LI').flatMap((item) => indented('- ', blocksOf(item, width - 2)));
    case 'PRE':
      return (node.textContent ?? '').trimEnd().split('\n').map(codeLine);
    case 'TABLE':
      return drawTable(
        elementsOf(node, 'TR').map((row) =>
          [...row.childNodes].filter(({ nodeName }) => /^T[HD]$/.test(nodeName)).map((cell) => spansOf(cell)),
        ),
        width,
      );
    case 'DETAILS':
      return [foldLine(node, width)];
    default:
      return null;
  }
}

function foldLine(details: DomNode, width: number): Line {
  const [summary] = elementsOf(details, 'SUMMARY');
  const body = { ...childrenWithout(details, summary) } as DomNode;
  const count = blocksOf(body, width).filter((line) => line.length > 0).length;
  const spans = summary === undefined ? [] : spansOf(summary);
  return [span('▶ '), ...spans, span(` (${count} line${count === 1 ? '' : 's'})`, ['dim'])];
}

function childrenWithout(parent: DomNode, excluded: DomNode | undefined): Pick<DomNode, 'childNodes'> {
  return { childNodes: [...parent.childNodes].filter((node) => node !== excluded) };
}

function codeLine(line: string): Line {
  const format: Format | null = line.startsWith('-') ? 'red' : line.startsWith('+') ? 'green' : null;
  return [span(`  ${line}`, format === null ? [] : [format])];
}

function indented(mark: string, lines: Line[]): Line[] {
  return lines.map((line, index) => [span(index === 0 ? mark : ' '.repeat(mark.length)), ...line]);
}

function spansOf(node: DomNode, formats: readonly Format[] = [], link: string | null = null): Span[] {
  if (node.nodeType === TEXT) {
    return [{ text: (node.textContent ?? '').replaceAll(/\s+/g, ' '), formats, link }];
  }
  if (node.nodeName === 'BR') return [{ text: '\n', formats: [], link: null }];
  const own = [...formats, ...(INLINE[node.nodeName] ?? [])];
  const target = node.nodeName === 'A' ? (node.getAttribute?.('href') ?? null) : link;
  return [...node.childNodes].flatMap((child) => spansOf(child, own, target));
}

/** The elements of this name in a node, without those within one of them. */
function elementsOf(node: DomNode, name: string): DomNode[] {
  return [...node.childNodes].flatMap((child) =>
    child.nodeName === name ? [child] : elementsOf(child, name),
  );
}

function trimmed(spans: Span[]): Span[] {
  return spans.every(({ text }) => text.trim() === '') ? [] : spans;
}

function span(text: string, formats: readonly Format[] = []): Span {
  return { text, formats, link: null };
}
