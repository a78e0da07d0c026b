/** Words for numbers with their value, in lower case and with a capital. */
export const NUMBER_WORDS: ReadonlyMap<string, number> = new Map(
  [
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen',
    'seventeen eighteen nineteen twenty',
  ]
    .join(' ')
    .split(' ')
    .map((word, value): [string, number] => [word, value])
    .concat(
      'thirty forty fifty sixty seventy eighty ninety'.split(' ').map((word, at) => [word, 30 + 10 * at]),
    )
    .flatMap(([word, value]): [string, number][] => [
      [word, value],
      [word.charAt(0).toUpperCase() + word.slice(1), value],
    ]),
);

/** Units as they follow a number; each line has the ways to write one unit, the first as its key. */
const UNIT_LINES = [
  '°c, ° c, °C, degrees Celsius, degrees celsius, Celsius',
  '°f, ° f, °F, degrees Fahrenheit, degrees fahrenheit, Fahrenheit',
  '%, percent, per cent',
  'km, kilometers, kilometres, kilometer, kilometre',
  'm, meters, metres, meter, metre',
  'cm',
  'mm',
  'miles, mile',
  'feet, ft, foot',
  'inches, inch',
  'km/h',
  'mph',
  'kg, kilograms, kilogram',
  'g, grams, gram',
  'mg',
  'lb, lbs, pounds, pound',
  'oz, ounces, ounce',
  'kb, KB',
  'mb, MB',
  'gb, GB',
  'tb, TB',
  'ms, milliseconds',
  's, seconds, sec',
  'min, minutes, minute',
  'h, hours, hour',
  'days, day',
  'weeks, week',
  'months, month',
  'years, year',
  'thousand',
  'million',
  'billion',
  'trillion',
  'degrees, degree, °',
  'dollars, dollar, USD',
  'euros, euro, EUR',
];

/** A key for each way to write a unit. */
export const UNITS: ReadonlyMap<string, string> = new Map(
  UNIT_LINES.flatMap((line) => {
    const [key = '', ...rest] = line.split(', ');
    return [key, ...rest].map((unit): [string, string] => [unit, key]);
  }),
);

/** Names of months, short and long, with their number. */
export const MONTHS: ReadonlyMap<string, number> = new Map(
  'January February March April May June July August September October November December'
    .split(' ')
    .flatMap((month, index): [string, number][] => [
      [month, index + 1],
      [month.slice(0, 3), index + 1],
    ]),
);

/** English words that begin sentences and are no names, in lower case. */
export const COMMON_WORDS: ReadonlySet<string> = new Set(
  [
    'a about absolutely according actually additionally after again all also although always among an and another any',
    'are as at based be because been before below besides both but by can certainly could currently despite did do',
    'does due during each either even every example final finally first following for from furthermore generally given',
    'good great had has have having he hello hence her here hi his how however i if in indeed instead into is it its',
    'just key last lastly later least let like likely many may me might more moreover most mr mrs ms much must my near',
    'neither next no nor not note nothing now of often oh ok okay on once one only option or other otherwise our out over',
    'overall perhaps please possibly question rather result results same second several she should similarly since',
    'so some sometimes sorry still step such summary sure than thank thanks that the their them then there therefore',
    'these they third this those though through thus to today together too two under unfortunately unless until up',
    'upon us use used using very was we well were what whatever when where whether which while who why will with within',
    'without would yes yet you your answer solution response output input',
  ]
    .join(' ')
    .split(' '),
);
