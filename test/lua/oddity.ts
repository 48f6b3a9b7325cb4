import fc from 'fast-check'

/** What fast-check calls `binary`, which makes itself a list of all million characters to find one's place in it, for a second and more. */
export const character = fc.nat({ max: 0x10_ffff - 0x800 }).map(
  (place) => String.fromCodePoint(place < 0xd800 ? place : place + 0x800),
  (value) => {
    const [point = 0, more] = Array.from(String(value), (one) => one.codePointAt(0) ?? 0)
    if (more !== undefined || value === '') throw new Error('not one character')
    return point < 0xd800 ? point : point - 0x800
  },
)

/** What no field is expected to hold. */
export const oddity: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    -0,
    0.5,
    1e15,
    2 ** 53,
    -(2 ** 53),
    1e19,
    1e300,
    5e-324,
    '',
    ' ',
    '0',
    '05',
    '+5',
    ' 5',
    '5.0',
    '0x5',
    '1e3',
    '-0',
    '-5',
    'inf',
    'nan',
    '9007199254740991',
    '9007199254740993',
    '99999999999999999999',
    'a\u0000b',
    'é',
    '漢字',
    '🚢',
    '\u202e',
    [],
    {},
    [null],
    [[], {}],
    { status: {} },
    '%s%d',
    '"\\\n',
    nested(80),
  ),
  fc.string({ unit: character, maxLength: 300 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.jsonValue({ maxDepth: 2 }),
)

/** Lists and objects in each other, deeper than any stack that a reader might count on. */
function nested(depth: number): unknown {
  return depth === 0 ? 'deep' : depth % 2 === 0 ? [nested(depth - 1)] : { status: nested(depth - 1) }
}
