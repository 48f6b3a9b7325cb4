import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments, stringify } from 'yaml'
import { readPlainYaml } from '../../../src/reconcile/fields/plain-yaml.ts'
import { objectName, putBack, type PutBack } from '../../../src/reconcile/fields/put-back.ts'
import { HOSTILE_YAML } from '../../hostile-yaml.ts'

const whyOf = (put: PutBack): string | undefined => (put.result === 'refused' ? put.why : undefined)

/** A file with numbered places for scalars in it. */
type Shape = '@' | string[] | { name: string; of: Shape }[] | { [name: string]: Shape }

const key = fc.stringMatching(/^[a-z]{1,5}$/)
const { shape } = fc.letrec<{ shape: Shape; map: Shape }>((tie) => ({
  shape: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant('@' as const),
    fc.array(fc.constantFrom('--fast', 'x'), { minLength: 1, maxLength: 3 }),
    fc.uniqueArray(fc.record({ name: key, of: tie('shape') }), { minLength: 1, maxLength: 3, selector: ({ name }) => name }),
    tie('map'),
  ),
  map: fc.dictionary(key, tie('shape'), { minKeys: 1, maxKeys: 4 }),
}))

/** What may stand in a place, each as YAML writes it. */
const SCALARS = ['v1', '"1.7"', '1.7', "'it''s'", 'true', '0644', '"a: b # c"', '1e3', 'r.example/x:v1', '"\\u00e9"', 'é 😀', '~', "''"]
const scalar = fc.constantFrom(...SCALARS)

/** How people write files: as blocks, in braces, indented otherwise, with comments and other line ends. */
const style = fc.constantFrom<(value: unknown) => string>(
  (value) => `# of ours\n${stringify(value, { lineWidth: 0 }).replaceAll('\n', ' # why\n\n')}`,
  (value) => stringify(value, { collectionStyle: 'flow', lineWidth: 40 }),
  (value) => `---\n${stringify(value, { indent: 4, lineWidth: 0 })}...\n`.replaceAll('\n', '\r\n'),
  (value) => JSON.stringify(value, null, 2),
)

/** The file as pieces of text, with a place between one and the next. */
function write(value: Shape, styled: (value: unknown) => string): readonly string[] {
  return styled({ top: value, last: '@' }).split(/"@"|@/)
}

const fill = (pieces: readonly string[], scalars: readonly string[]): string =>
  pieces.map((piece, index) => piece + (index + 1 < pieces.length ? (scalars[index] ?? '') : '')).join('')

const LIST = (...tags: readonly string[]): string => tags.map((tag) => `- {tag: ${tag}}\n`).join('')
const NAMED = (...names: readonly string[]): string =>
  names.map((one) => `- {name: ${one.split(':')[0]}, tag: ${one.split(':')[1]}}\n`).join('')
const DOCUMENT = (one: string, level: number): string => `kind: ConfigMap\nmetadata: {name: ${one}}\nlevel: ${level}\n`

describe('what a release changed in a file goes back field by field', () => {
  it('N’s own text goes in, and not a byte beside it changes', async () => {
    const place = fc.record({ good: scalar, other: scalar, by: fc.constantFrom('release', 'others', 'nobody') })
    await fc.assert(
      fc.asyncProperty(shape, style, fc.array(place, { minLength: 40, maxLength: 40 }), async (value, styled, places) => {
        const pieces = write(value, styled)
        const with_ = (who: readonly string[]): readonly string[] => places.map(({ good, other, by }) => (who.includes(by) ? other : good))
        const [good, bad, now] = [[], ['release'], ['release', 'others']].map((who) => fill(pieces, with_(who)))
        const used = places.slice(0, pieces.length - 1)
        const fields = used.filter((one) => one.by === 'release' && one.good !== one.other).length
        const put = await putBack({ good: good ?? '', bad: bad ?? '', now: now ?? '' })
        expect(put).toMatchObject({ result: 'text', text: fill(pieces, with_(['others'])) })
        expect(put.result === 'text' && put.fields.length).toBe(fields)
      }),
      { numRuns: 300 },
    )
  })

  it('the file that is made says what it says now, but for these fields', async () => {
    const [good, bad, now] = [
      'image: {tag: "1.7", pull: Always} # pinned\nreplicas: 2\n',
      'image: {tag: "1.8", pull: Always} # pinned\nreplicas: 2\n',
      '# more of them\nimage: {pull: Never, tag: "1.8"}\nreplicas: 5\nhpa: {max: 9}\n',
    ]
    expect(await putBack({ good, bad, now })).toEqual({
      result: 'text',
      text: '# more of them\nimage: {pull: Never, tag: "1.7"}\nreplicas: 5\nhpa: {max: 9}\n',
      fields: ['image.tag'],
    })
  })

  it('is back where all of it stands as at N already, whatever others have changed', async () => {
    expect(await putBack({ good: 'a: 1\nb: 1\n', bad: 'a: 2\nb: 1\n', now: 'a: 1\nb: 3\n' })).toEqual({ result: 'back' })
  })

  it.each([
    ['the fields stand in another order', 'a: 1\nb: 10\n', 'a: 2\nb: 20\n', 'b: 20\na: 2\n', 'b: 10\na: 1\n', ['a', 'b']],
    [
      'others have changed the same entry of a list',
      NAMED('x:1'),
      NAMED('x:2'),
      '- {name: x, tag: 2, more: 3}\n',
      '- {name: x, tag: 1, more: 3}\n',
      ['[x].tag'],
    ],
    [
      'entries have no names, and are as the release left them',
      LIST('1', '3'),
      LIST('2', '3'),
      `# ours\n${LIST('2', '3')}`,
      `# ours\n${LIST('1', '3')}`,
      ['[0].tag'],
    ],
    [
      'documents have no names, and are as the release left them',
      'a: 1\n---\nb: 1\n',
      'a: 1\n---\nb: 2\n',
      'a: 1\n---\n# ours\nb: 2\n',
      'a: 1\n---\n# ours\nb: 1\n',
      ['document 2: b'],
    ],
  ])('also where %s', async (_, ...[good, bad, now, text, fields]) => {
    expect(await putBack({ good, bad, now })).toEqual({ result: 'text', text, fields })
  })

  it('a release that changed comments alone leaves nothing to put back', async () => {
    expect(await putBack({ good: 'a: 1\n', bad: 'a: 1 # one\n', now: 'a: 1 # one\nb: 2\n' })).toMatchObject({ result: 'text', fields: [] })
  })
})

describe('it is refused', () => {
  it.each<[string, string, string, string, RegExp]>([
    ['the same field was changed since', 'a: 1\n', 'a: 2\n', 'a: 3\n', /^a has been changed since/],
    ['the same field was quoted since', 'a: 1\n', 'a: 2\n', 'a: "2"\n', /^a has been changed since/],
    ['the same field was taken away since', 'a: 1\nb: 1\n', 'a: 2\nb: 1\n', 'b: 1\n', /^a has been changed since/],
    ['a field was put into another since', 'a: {b: 1}\n', 'a: {b: 2}\n', 'c: {b: 2}\n', /^a\.b has been changed since/],
    ['one of two fields is back', 'a: 1\nb: 1\n', 'a: 2\nb: 2\n', 'a: 1\nb: 2\nc: 1\n', /back already/],
    ['the release added a field', 'a: 1\n', 'a: 2\nb: 1\n', 'a: 2\nb: 1\nc: 1\n', /added or taken away fields/],
    ['the release took a map away', 'a: {b: 1}\n', 'a: {}\n', 'a: {}\nc: 1\n', /added or taken away fields in a/],
    ['the release renamed a field of several', 'a: 1\nb: 1\n', 'a: 1\nc: 1\n', 'a: 1\nc: 1\nd: 1\n', /added or taken away fields in it/],
    ['the release made a list of a map', 'a: {b: 1}\n', 'a: [1]\n', 'a: [1]\nc: 1\n', /something else of a/],
    ['the release made a map of a list', 'a: [1]\n', 'a: {b: 1}\n', 'a: {b: 1}\nc: 1\n', /something else of a/],
    ['the release made a list of a text', 'a: 1\n', 'a: [1]\n', 'a: [1]\nc: 1\n', /something else of a/],
    ['the release added an entry', 'a: [1]\n', 'a: [1, 2]\n', 'a: [1, 2]\nc: 1\n', /entries of a/],
    ['the release renamed an entry', NAMED('x:1'), NAMED('y:1'), NAMED('y:1', 'z:1'), /renamed entries/],
    [
      'the release renamed an entry of several',
      NAMED('x:1', 'y:1'),
      NAMED('x:1', 'z:1'),
      NAMED('x:1', 'z:1', 'a:1'),
      /renamed entries of it/,
    ],
    ['the release added a document', 'a: 1\n', 'a: 1\n---\nb: 1\n', 'a: 1\n---\nb: 1\nc: 1\n', /added, taken away or renamed documents/],
    ['an entry was added since', NAMED('x:1'), NAMED('x:2'), NAMED('x:2', 'y:1'), /^\[x\]\.tag has been changed since/],
    ['entries were moved since', NAMED('x:1', 'y:2'), NAMED('x:2', 'y:2'), NAMED('y:2', 'x:2'), /^\[x\]\.tag has been/],
    ['entries without names were moved since', LIST('1', '2'), LIST('2', '2'), LIST('2', '3'), /^\[0\]\.tag has been changed since/],
    ['an entry without a name was added since', LIST('1'), LIST('2'), LIST('2', '3'), /^\[0\]\.tag has been changed since/],
    [
      'a field was added to an entry without a name since',
      LIST('1'),
      LIST('2'),
      '- {tag: 2, a: 1}\n',
      /^\[0\]\.tag has been changed since/,
    ],
    ['an entry without a name has become a text since', LIST('1'), LIST('2'), '- x\n', /^\[0\]\.tag has been changed since/],
    ['two entries have one name', NAMED('x:1', 'x:2'), NAMED('x:2', 'x:2'), NAMED('x:2', 'x:3'), /^\[x\]\.tag has been changed since/],
    ['text of several lines', 'a: |\n  x\n', 'a: |\n  y\n', 'a: |\n  y\nb: 1\n', /^a is empty, or text of several lines/],
    ['text folded over lines', 'a: x\n  y\n', 'a: x\n  z\n', 'a: x\n  z\nb: 1\n', /^a is empty, or text of several lines/],
    ['nothing', 'a:\n', 'a: 1\n', 'a: 1\nb: 1\n', /^a is empty, or text of several lines/],
    ['text that is more in braces', 'a: x,y\n', 'a: z\n', '{a: z, b: 1}\n', /read as something else/],
    [
      'documents in another order',
      ['x', 'y'].map((one) => DOCUMENT(one, 1)).join('---\n'),
      ['x', 'y'].map((one) => DOCUMENT(one, 2)).join('---\n'),
      ['y', 'x'].map((one) => DOCUMENT(one, 2)).join('---\n'),
      /^ConfigMap x: level has been changed since/,
    ],
    ['another document in its place', DOCUMENT('x', 1), DOCUMENT('x', 2), DOCUMENT('y', 2), /^level has been changed since/],
    ['a template', 'a: 1\n', 'a: 2\n', 'a: 2\nb: "{{ .Values.b }}"\n', /template/],
    ['an anchor', 'a: &a 1\n', 'a: &a 2\n', 'a: &a 2\nb: 1\n', /anchors or tags/],
    ['an anchor of a name', '&a a: 1\n', '&a a: 2\n', '&a a: 2\nb: 1\n', /anchors or tags/],
    ['an alias', 'b: *a\n', 'b: *a\n', 'b: *a\n', /does not parse|anchors or tags|aliases/],
    ['a merge', 'a: {<<: {b: 1}}\n', 'a: {<<: {b: 2}}\n', 'a: {<<: {b: 2}}\nc: 1\n', /merges/],
    ['a tag', 'a: !!str 1\n', 'a: !!str 2\n', 'a: !!str 2\nb: 1\n', /anchors or tags/],
    ['a name that is given twice', 'a: 1\na: 1\n', 'a: 2\na: 1\n', 'a: 2\na: 1\nb: 1\n', /twice/],
    ['a name that is a list', '? [a]\n: 1\n', '? [a]\n: 2\n', '? [a]\n: 2\nb: 1\n', /names that are no text/],
    ['directives', '%YAML 1.1\n---\na: 1\n', '%YAML 1.1\n---\na: 2\n', '%YAML 1.1\n---\na: 2\nb: 1\n', /directives/],
    ['what does not parse', 'a: 1\n', 'a: 2\n', 'a: 2\nb: [\n', /does not parse/],
    ['no UTF-8', 'a: 1\n', 'a: 2\n', 'a: 2 # \ufffd\n', /UTF-8/],
    ['much of it', 'a: 1\n', 'a: 2\n', `a: 2\nb: ${'x'.repeat(300_000)}\n`, /too large/],
  ])('%s', async (_, ...[good, bad, now, why]) => {
    expect(whyOf(await putBack({ good, bad, now }))).toMatch(why)
  })

  it.each(Object.entries(HOSTILE_YAML))('%s costs little', async (_, hostile) => {
    const began = performance.now()
    await putBack({ good: 'a: 1\n', bad: 'a: 2\n', now: hostile })
    await putBack({ good: hostile, bad: hostile, now: hostile })
    expect(performance.now() - began).toBeLessThan(1_000)
  })
})

it('what it makes parses as what was meant', async () => {
  const [good, bad] = ['a: "1.7"\nb: 1\n', 'a: "1.8"\nb: 1\n']
  const put = await putBack({ good, bad, now: 'b: 2\na: "1.8"\n' })
  expect(parseAllDocuments(put.result === 'text' ? put.text : '').map((one) => one.toJS() as unknown)).toEqual([{ a: '1.7', b: 2 }])
})

it.each([
  ['kind: Service\nmetadata: {name: web}\n', 'Service web'],
  ['kind: "Service"\nmetadata: {namespace: shop, name: web}\n', '"Service" shop web'],
  ['metadata: {name: web}\n', undefined],
  ['kind: Service\nmetadata: {namespace: shop}\n', undefined],
  ['kind: Service\nmetadata: web\n', undefined],
  ['kind: Service\n', undefined],
  ['kind: [Service]\nmetadata: {name: web}\n', undefined],
  ['- kind: Service\n', undefined],
])('the object of %j is called %j', (text, name) => {
  const [document] = readPlainYaml(text)
  expect(typeof document === 'object' && objectName(document)).toBe(name)
})
