import { type FieldNode, Kind, parse, type SelectionSetNode } from 'graphql';

/**
 * The data of a response with its fields in the order of the query: the executor writes them in the order in which
 * they were resolved. The query has no fragments.
 */
export function inQueryOrder(data: unknown, query: string): unknown {
  const operation = parse(query).definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
  return ordered(data, operation?.selectionSet);
}

function ordered(value: unknown, selection: SelectionSetNode | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => ordered(item, selection));
  if (typeof value !== 'object' || value === null || !selection) return value;
  const fields = selection.selections.filter((each): each is FieldNode => each.kind === Kind.FIELD);
  const members = value as Record<string, unknown>;
  return Object.fromEntries(
    fields.map((field) => {
      const name = field.alias?.value ?? field.name.value;
      return [name, ordered(members[name], field.selectionSet)];
    }),
  );
}
