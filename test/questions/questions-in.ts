/** A query in a document, with the response that the document shows. */
export interface Question {
  /** The heading above it. */
  title: string;
  query: string;
  /** The data of the response as JSON; null when the document shows none. */
  response: string | null;
}

/** A block with a query, and the block with its response if one follows. */
const BLOCK = /^```graphql\n(.*?)^```\n(?:\n```json\n(.*?)^```\n)?/gms;

/** The queries of a document in their order. */
export function questionsIn(markdown: string): Question[] {
  return [...markdown.matchAll(BLOCK)].map(({ 1: query = '', 2: response, index }) => ({
    title: /^#+ (.*)$(?![\s\S]*^#+ )/m.exec(markdown.slice(0, index))?.[1] ?? '',
    query,
    response: response?.trimEnd() ?? null,
  }));
}

/** The document with these responses after its queries. */
export function withResponses(markdown: string, responses: string[]): string {
  let position = 0;
  return markdown.replace(BLOCK, (_block, query: string) => {
    const response = responses[position++];
    return `\`\`\`graphql\n${query}\`\`\`\n\n\`\`\`json\n${response}\n\`\`\`\n`;
  });
}
