import { parser } from '@prometheus-io/lezer-promql';

/** A metric in a query, with the labels that the query selects or groups it by. */
export interface MetricUse {
  metric: string;
  labels: string[];
}

/** The metrics of a query in Prometheus' language. Throws when it does not parse. */
export function metricsOf(query: string): MetricUse[] {
  const uses: MetricUse[] = [];
  const groupings: string[] = [];
  parser.parse(query).iterate({
    enter: ({ type, name, node, from }) => {
      if (type.isError) throw new Error(`"${query}" does not parse at "${query.slice(from)}"`);
      if (name === 'GroupingLabels') groupings.push(...labelsBelow(query, node));
      if (name !== 'VectorSelector') return;
      const identifier = node.getChild('Identifier');
      const matchers = node.getChild('LabelMatchers');
      if (!identifier) throw new Error(`"${query}" selects series without the name of a metric`);
      uses.push({
        metric: query.slice(identifier.from, identifier.to),
        labels: matchers ? labelsBelow(query, matchers) : [],
      });
    },
  });
  return uses.map(({ metric, labels }) => ({ metric, labels: [...new Set([...labels, ...groupings])] }));
}

function labelsBelow(query: string, node: ReturnType<typeof parser.parse>['topNode']): string[] {
  const names: string[] = [];
  node.cursor().iterate(({ name, from, to }) => {
    // A cursor continues after its node.
    if (name === 'LabelName' && from >= node.from && to <= node.to) names.push(query.slice(from, to));
  });
  return names;
}
