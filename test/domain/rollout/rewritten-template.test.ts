import { describe, expect, it } from 'vitest'
import {
  isRenderedAlike,
  isRewrittenAlike,
  matchTemplate,
  rewrittenFields,
  type LiveTemplate,
} from '../../../src/domain/rollout/template.ts'
import { Sealed } from '../../../src/domain/sealed.ts'

function pod(container: object = {}, labels: object = {}): object {
  return { metadata: { labels: { app: 'web', ...labels } }, spec: { containers: [{ name: 'main', image: 'web:2', ...container }] } }
}

const live = (template: object): LiveTemplate => ({ template: new Sealed(template), ephemeralMetadata: undefined })
const manyLabels = (count: number, value = 'x'): object =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`l${index}`, value]))

describe('a template that differs', () => {
  it.each([
    [19, 19, true],
    [20, 20, true],
    [21, 20, false],
    [600, 20, false],
  ])('in %i fields shows %i of them, and whether these are all: %s', (count, shown, complete) => {
    const found = matchTemplate(new Sealed(pod({}, manyLabels(count))), live(pod()))
    expect(found).toEqual({ result: 'differs', paths: expect.any(Array), complete })
    expect(found.result === 'differs' && found.paths).toHaveLength(shown)
  })
})

describe('what the controller adds to a template', () => {
  const HASH = { 'rollouts-pod-template-hash': '778d7cc886' }
  const bare = { spec: { containers: [{ name: 'main', image: 'web:2' }] } }
  const found = (rendered: object, running: object, ephemeralMetadata?: string): unknown => {
    const match = matchTemplate(new Sealed(rendered), { ...live(running), ephemeralMetadata })
    return match.result === 'differs' ? match.paths : match.result
  }

  it.each<[string, object, unknown]>([
    ['its label alone', { labels: HASH }, 'equal'],
    ['its label and ephemeral ones', { labels: { ...HASH, role: 'canary' } }, 'equal'],
    ['ephemeral annotations', { annotations: { note: 'x' } }, 'equal'],
    ['its label and one of somebody else', { labels: { ...HASH, team: 'x' } }, ['metadata.labels']],
    ['an annotation of the name of its label', { annotations: HASH }, ['metadata.annotations']],
    ['one ephemeral annotation and another', { annotations: { note: 'x', other: 'y' } }, ['metadata.annotations']],
    ['a name', { name: 'x' }, ['metadata.name']],
    ['a mapping of another name', { other: {} }, ['metadata.other']],
  ])('is allowed for where nothing was rendered, all or none: %s', (_, metadata, result) => {
    const ephemeral = JSON.stringify({ labels: { role: 'canary' }, annotations: { note: 'x' } })
    expect(found({ ...bare, metadata: {} }, { ...bare, metadata }, ephemeral)).toEqual(result)
  })

  it('is allowed for in the metadata of the template, and in no other', () => {
    const added = { labels: { role: 'canary' }, annotations: { note: 'x' } }
    const claim = (metadata: object) => ({ spec: { volumes: [{ name: 'a', ephemeral: { volumeClaimTemplate: { metadata, spec: {} } } }] } })
    const place = 'spec.volumes[0].ephemeral.volumeClaimTemplate.metadata'
    expect(found(claim({}), claim(added), JSON.stringify(added))).toEqual([`${place}.labels`, `${place}.annotations`])
  })

  it('is read as texts alone, and from no more than 64 KiB', () => {
    const added = (value: unknown) => pod({}, { x: value })
    const ephemeral = (value: unknown, length = 0): string => JSON.stringify({ labels: { x: value } }).padEnd(length)
    expect(found(pod(), added('1'), ephemeral('1'))).toBe('equal')
    expect(found(pod(), added('1'), ephemeral('1', 65_536))).toBe('equal')
    expect(found(pod(), added('1'), ephemeral('1', 65_537))).toEqual(['metadata.labels.x'])
    expect(found(pod(), added(1), ephemeral(1))).toEqual(['metadata.labels.x'])
    expect(found(pod(), added('1'), '{"labels":"x"}')).toEqual(['metadata.labels.x'])
  })
})

describe('two rendered templates', () => {
  const alike = (one: object, other: object): boolean => isRenderedAlike(new Sealed(one), new Sealed(other))
  const [a, b] = [
    { name: 'A', value: '1' },
    { name: 'B', value: '2' },
  ]

  it('are alike only where they say the same, in the same order, as they are', () => {
    expect(alike(pod({ env: [a, b] }), pod({ env: [a, b] }))).toBe(true)
    expect(alike(pod({ env: [a, b] }), pod({ env: [b, a] }))).toBe(false)
    expect(alike(pod(), pod({ tty: true }))).toBe(false)
    expect(alike(pod(), pod({ terminationMessagePath: '/dev/termination-log' }))).toBe(false)
  })

  it('are not alike where that would cost too much to tell', () => {
    const wide = { command: Array.from({ length: 60_000 }, () => 'x') }
    expect(alike(pod(wide), pod(wide))).toBe(false)
  })
})

describe('a field that is rewritten on the way in', () => {
  const env = (value: string): object => ({ env: [{ name: 'A', value }] })
  const limits = (cpu: string): object => ({ resources: { limits: { cpu } } })

  it.each<[string, object, object, object]>([
    ['it was changed itself', { image: 'web:2' }, { image: 'mirror/web:2' }, { image: 'mirror/web:1' }],
    ['an item in it was changed', {}, env('1'), env('2')],
    ['the list that it stands in was added', env('1'), env('2'), {}],
    ['a field in it was changed', {}, limits('1'), limits('2')],
    ['the mapping that it stands in was added', limits('1'), limits('2'), {}],
  ])('proves nothing where, between the versions, %s', (_, rendered, running, other) => {
    expect(rewrittenFields(new Sealed(pod(rendered)), live(pod(running)), live(pod(other)))).toBeUndefined()
    const before = { rendered: new Sealed(pod(other)), live: live(pod(other)) }
    expect(isRewrittenAlike(before, { rendered: new Sealed(pod(rendered)), live: live(pod(running)) })).toBe(false)
  })

  it('is told apart from one whose name only begins alike', () => {
    const [rendered, running] = [pod({ imagePullPolicy: 'Always' }), pod({ imagePullPolicy: 'Never' })]
    const before = pod({ imagePullPolicy: 'Never', image: 'web:1' })
    expect(rewrittenFields(new Sealed(rendered), live(running), live(before))).toEqual(['spec.containers[main].imagePullPolicy'])
  })

  it('is not told where there is too much of it, or of what was changed, to show', () => {
    const many = manyLabels(600)
    expect(rewrittenFields(new Sealed(pod({}, many)), live(pod()), live(pod({ image: 'web:1' })))).toBeUndefined()
    expect(rewrittenFields(new Sealed(pod({ tty: true })), live(pod()), live(pod({}, many)))).toBeUndefined()
    const version = (labels: object) => ({ rendered: new Sealed(pod()), live: live(pod({}, labels)) })
    expect(isRewrittenAlike(version(many), version(many))).toBe(false)
    expect(isRewrittenAlike(version(manyLabels(3)), version(manyLabels(3)))).toBe(true)
  })

  it('proves nothing where only one of several is the same for both versions', () => {
    const version = (more: object) => ({ rendered: new Sealed(pod()), live: live(pod({ tty: true, ...more })) })
    expect(isRewrittenAlike(version({ stdin: true }), version({ stdin: true }))).toBe(true)
    expect(isRewrittenAlike(version({ stdin: true }), version({ stdinOnce: true }))).toBe(false)
  })

  it('proves nothing where only what the controller says of the two versions differs', () => {
    const version = (mine: string) => ({
      rendered: new Sealed(pod()),
      live: { ...live(pod({ tty: true }, { a: 'x', b: 'x' })), ephemeralMetadata: JSON.stringify({ labels: { [mine]: 'x' } }) },
    })
    expect(isRewrittenAlike(version('a'), version('a'))).toBe(true)
    expect(isRewrittenAlike(version('a'), version('b'))).toBe(false)
  })

  it('proves nothing where one of several was changed, whatever else was; all that are rewritten are named, sorted', () => {
    const fields = (running: object, other: object) => rewrittenFields(new Sealed(pod()), live(pod(running)), live(pod(other)))
    expect(fields({ tty: true, stdin: true }, { tty: true, stdin: true, image: 'web:1' })).toEqual([
      'spec.containers[main].stdin',
      'spec.containers[main].tty',
    ])
    expect(fields({ tty: true, stdin: true }, { tty: true, image: 'web:1' })).toBeUndefined()
    expect(fields({ stdin: true, tty: true }, { tty: true, image: 'web:1' })).toBeUndefined()
  })
})

describe('an image that is written anew on the way in', () => {
  type Image = string | undefined
  const version = (rendered: Image, running: Image) => ({
    rendered: new Sealed(pod({ image: rendered })),
    live: live(pod({ image: running })),
  })
  const digest = (letter: string): string => `@sha256:${letter.repeat(64)}`

  it.each<[string, [Image, Image], [Image, Image], boolean]>([
    ['a mirror before both', ['r.io/web:1', 'mirror/r.io/web:1'], ['r.io/web:2', 'mirror/r.io/web:2'], true],
    ['a digest behind both', ['web:1', `web:1${digest('a')}`], ['web:2', `web:2${digest('b')}`], true],
    ['another mirror', ['web:1', 'mirror/web:1'], ['web:2', 'other/web:2'], false],
    ['a mirror, and a digest', ['web:1', 'mirror/web:1'], ['web:2', `web:2${digest('b')}`], false],
    ['something else by hand', ['web:1', 'mirror/web:1'], ['web:2', 'mirror/web:9'], false],
    ['nothing that the commits tell apart', ['web:1', `web:1${digest('a')}`], ['web:1', `web:1${digest('b')}`], false],
    ['an image that no commit names', [undefined, 'web:1'], [undefined, 'web:2'], false],
    ['an image that is taken away', ['web:1', undefined], ['web:2', undefined], false],
    ['a part of a name', ['web:1', 'myweb:1'], ['web:2', 'myweb:2'], false],
  ])('tells the two versions where it is so in both alike: %s', (_, before, after, isAlike) => {
    expect(isRewrittenAlike(version(...before), version(...after))).toBe(isAlike)
  })

  it('is found by the name of its container', () => {
    const two = (image: string) => ({
      spec: {
        containers: [
          { name: 'main', image },
          { name: 'proxy', image: 'proxy:1' },
        ],
      },
    })
    const rewritten = (image: string) => ({ rendered: new Sealed(two(image)), live: live(two(`mirror/${image}`)) })
    expect(isRewrittenAlike(rewritten('web:1'), rewritten('web:2'))).toBe(true)
  })
})
