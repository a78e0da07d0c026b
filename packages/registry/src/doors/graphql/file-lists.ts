import { randomUUID } from 'node:crypto';
import {
  coerceInputValue,
  type DocumentNode,
  GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  isInputType,
  isListType,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { FileToAdd } from '../../store/checks/check-push.js';
import { slicesOf } from '../../vocabulary/slices.js';

/** The input type whose lists are long: a push names up to 200,000 files. */
const FILE = 'FileInput';

/** The executor coerces shorter lists in a few milliseconds. */
const LONG = 5_000;

/**
 * Lists of files that were coerced before the execution, by the path of the placeholder that
 * replaces each list.
 */
export type FileLists = Map<string, FileToAdd[]>;

/** The part of the context with the lists. */
interface FileListContext {
  fileLists: FileLists;
}

/** The files of an argument, including those that `coerceFileLists` replaced with a placeholder. */
export function filesIn(argument: FileToAdd[], { fileLists }: FileListContext): FileToAdd[] {
  const [first] = argument;
  return (argument.length === 1 && first && fileLists.get(first.path)) || argument;
}

/**
 * Coerces long lists of files in variables, a slice at a time. The executor coerces all variables
 * in one step, which blocks the event loop for half a second with 200,000 files. It gets a list
 * with one placeholder file instead.
 */
export const coerceFileLists: Plugin<FileListContext> = {
  onExecute: async ({ args }) => {
    const { schema, document, variableValues, operationName, contextValue } = args;
    const lists = (contextValue as FileListContext).fileLists;
    let values = variableValues as Record<string, unknown>;
    for (const definition of variablesOf(document, operationName)) {
      const name = definition.variable.name.value;
      const type = typeFromAST(schema as GraphQLSchema, definition.type as never);
      if (!isInputType(type)) continue;
      const refuse = (path: (string | number)[], error: GraphQLError): never => {
        const at = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
        const message = `Variable "$${name}" got an invalid value at "${name}${at}"; ${error.message}`;
        throw new GraphQLError(message, { nodes: definition });
      };
      const short = await shortened(values?.[name], type, [], { lists, refuse });
      if (short !== values?.[name]) values = { ...values, [name]: short };
    }
    args.variableValues = values;
  },
};

type Path = (string | number)[];

interface Shortening {
  lists: FileLists;
  refuse(path: Path, error: GraphQLError): never;
}

/** The value with a placeholder file for each long list of files, or the same value when it contains none. */
async function shortened(
  value: unknown,
  type: GraphQLInputType,
  path: Path,
  shortening: Shortening,
): Promise<unknown> {
  const bare = getNullableType(type);
  if (isListType(bare)) {
    const item = getNullableType(bare.ofType);
    const isLong = Array.isArray(value) && value.length > LONG;
    if (!isLong || !isInputObjectType(item) || item.name !== FILE) return value;
    return [await makePlaceholder(value, bare.ofType, path, shortening)];
  }
  if (!isInputObjectType(bare) || typeof value !== 'object' || value === null) return value;
  let changed = value as Record<string, unknown>;
  for (const field of Object.values(bare.getFields())) {
    const before = changed[field.name];
    const short = await shortened(before, field.type, [...path, field.name], shortening);
    if (short !== before) changed = { ...changed, [field.name]: short };
  }
  return changed;
}

async function makePlaceholder(
  list: unknown[],
  type: GraphQLInputType,
  path: Path,
  { lists, refuse }: Shortening,
): Promise<FileToAdd> {
  const files: FileToAdd[] = [];
  for await (const slice of slicesOf(list)) {
    for (const value of slice) {
      const index = files.length;
      const file = coerceInputValue(value, type, (within, _value, error) => {
        refuse([...path, index, ...within], error);
      });
      files.push(file as FileToAdd);
    }
  }
  // The name is random, so that a caller cannot refer to the list of another argument.
  const name = randomUUID();
  lists.set(name, files);
  return { path: name, digest: '', size: 0 };
}

function variablesOf(document: DocumentNode, operationName: string | null | undefined) {
  const operation = document.definitions.find(
    (each) =>
      each.kind === 'OperationDefinition' && (operationName == null || each.name?.value === operationName),
  );
  const none: readonly VariableDefinitionNode[] = [];
  return operation?.kind === 'OperationDefinition' ? (operation.variableDefinitions ?? none) : none;
}
