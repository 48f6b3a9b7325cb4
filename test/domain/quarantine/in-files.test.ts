import { describe, expect, it } from 'vitest'
import {
  comparePlaces,
  countNamed,
  imagesOfTemplate,
  linesOfFailed,
  mayBeNamed,
  type Texts,
} from '../../../src/domain/quarantine/in-files.ts'
import { aQuarantine } from './a-quarantine.ts'

const VALUES = 'apps/web/values.yaml'
const at = (web: string, worker = '1.0'): string =>
  `web:\n  image:\n    repository: registry.example/web\n    tag: ${web}\nworker:\n  tag: ${worker}\n`
const one = aQuarantine()
const lines = linesOfFailed(one, { [VALUES]: at('v2') }, { [VALUES]: at('v1') })
const count = (texts: Texts): number => countNamed(one, lines, { texts })

/** An object of a list whose name stands below its image. */
const entry = (image: string): string => `- kind: Rollout\n  spec:\n    image: ${image}\n  metadata: { name: web }\n`
const object = (image: string): object => ({ kind: 'Rollout', spec: { image } })

describe('lines that name a quarantined image', () => {
  it.each<[string, Texts, number]>([
    ['in full, in any file', { 'a.yaml': 'image: registry.example/web:v2' }, 1],
    ['in full, with a digest behind', { 'a.yaml': '- image: "registry.example/web:v2@sha256:aa"' }, 1],
    ['by its tag, where that stood when it failed', { [VALUES]: at('v2') }, 1],
    ['not by the tag of another one in the same file', { [VALUES]: at('v3', 'v2') }, 0],
    ['not by the same tag in another file', { 'apps/worker/values.yaml': at('v2') }, 0],
    ['not by another image of the same tag', { 'a.yaml': 'image: registry.example/worker:v2' }, 0],
    ['not by a longer tag', { 'a.yaml': 'image: registry.example/web:v2-rc1\nimage: registry.example/web:v2.1' }, 0],
    ['not in a comment', { 'a.yaml': '# image: registry.example/web:v2' }, 0],
    ['not at all', { 'a.yaml': '' }, 0],
  ])('are told %s', (_, texts, times) => {
    expect(count(texts)).toBe(times)
  })

  it('are not those of another image that was released with it under the same tag', () => {
    const both = (web: string, worker: string): Texts => ({
      'rollouts.yaml': `image: registry.example/web:${web}\n---\nimage: registry.example/worker:${worker}\n`,
    })
    const own = linesOfFailed(one, both('v2', 'v2'), both('v1', 'v1'))
    expect(countNamed(one, own, { texts: both('v3', 'v2') })).toBe(0)
    expect(countNamed(one, own, { texts: both('v2', 'v3') })).toBe(1)
  })

  it('are for certain, of a map of tags in which two were given the same at once, only both of them', () => {
    const both = (web: string, worker: string): Texts => ({ [VALUES]: `tags:\n  web: ${web}\n  worker: ${worker}\n` })
    const own = linesOfFailed(one, both('v2', 'v2'), both('v1', 'v1'))
    const sure = (texts: Texts): number => countNamed(one, own, { texts, certainly: true })
    expect([both('v2', 'v2'), both('v2', 'v3'), both('v3', 'v2'), both('v3', 'v3')].map(sure)).toEqual([2, 0, 0, 0])
    expect(sure({ ...both('v2', 'v3'), 'a.yaml': 'image: registry.example/web:v2' })).toBe(1)
    expect(sure({ 'a.yaml': 'image: registry.example/web:v2' })).toBe(1)
    expect(countNamed(one, own, { texts: both('v2', 'v3') })).toBe(1)
  })

  it('are for certain by the files that are looked at: what others named when it failed does not count against them', () => {
    const both: Texts = { 'a.yaml': 'web:\n  tag: v2', 'b.yaml': 'web:\n  tag: v2' }
    const own = linesOfFailed(one, both, {})
    expect(countNamed(one, own, { texts: { 'a.yaml': 'web:\n  tag: v2' }, certainly: true })).toBe(1)
  })

  it('are those of any of its images, and may be the first of a file', () => {
    const two = aQuarantine({ images: ['registry.example/web:v2', 'registry.example/job:v7'] })
    const own = linesOfFailed(two, { [VALUES]: 'tag: v2\njob:\n  tag: v7' }, {})
    const counted = (text: string): number => countNamed(two, own, { texts: { [VALUES]: text } })
    expect(['image: registry.example/job:v7', 'tag: v2', 'job:\n  tag: v7', 'job:\n  tag: v2'].map(counted)).toEqual([1, 1, 1, 0])
  })

  it('are told by a digest whatever the name before it', () => {
    const digest = `sha256:${'ab'.repeat(32)}`
    const pinned = aQuarantine({ images: [`registry.example/web:v2@${digest}`] })
    const own = linesOfFailed(pinned, {}, {})
    expect(countNamed(pinned, own, { texts: { 'k.yaml': `images:\n- name: web\n  digest: ${digest}\n` } })).toBe(1)
    expect(countNamed(pinned, own, { texts: { 'k.yaml': 'image: registry.example/web:v2' } })).toBe(0)
  })

  it.each<[string, (one: string, other: string) => string]>([
    ['in two lists at the margin', (a, b) => `containers:\n- name: x\n  image: ${a}\ninitContainers:\n- name: x\n  image: ${b}\n`],
    ['in two lists whose dashes stand alone', (a, b) => `one:\n-\n  image: ${a}\ntwo:\n-\n  image: ${b}\n`],
    ['in two documents that are told by a comment', (a, b) => `spec:\n  image: ${a}\n--- # other\nspec:\n  image: ${b}\n`],
    ['in two documents', (a, b) => `spec:\n  image: ${a}\n---\nspec:\n  image: ${b}\n`],
    ['in two maps', (a, b) => `web:\n  image:\n    ref: ${a}\nworker:\n  image:\n    ref: ${b}\n`],
    ['below another entry of a list', (a, b) => `- name: web\n  image: ${a}\n- name: worker\n  image: ${b}\n`],
    ['in two entries of a list that begin alike', (a, b) => `items:\n${[a, b].map(entry).join('')}`],
    ['in two entries of a list that is all of the file', (a, b) => `${[a, b].map(entry).join('')}`],
    ['in two entries of a list in JSON', (a, b) => `${JSON.stringify({ items: [a, b].map(object) }, null, 2)}\n`],
  ])('are others where they have changed places %s', (_, text) => {
    const [v1, v2] = ['registry.example/web:v1', 'registry.example/web:v2']
    const compared = (before: string, after: string) =>
      comparePlaces(one, lines, { before: { 'a.yaml': before }, after: { 'a.yaml': after } })
    expect(compared(text(v1, v2), text(v2, v1))).toEqual({ more: 0, areSame: false })
    expect(compared(text(v1, v2), `${text(v1, v2)}more: 1\n`)).toEqual({ more: 0, areSame: true })
    expect(compared(text(v1, v1), text(v2, v2))).toEqual({ more: 2, areSame: false })
  })

  it('are the same where an entry comes to another list, or to another document', () => {
    const compared = (before: string, after: string) =>
      comparePlaces(one, lines, { before: { 'a.yaml': before }, after: { 'a.yaml': after } }).areSame
    const v2 = entry('registry.example/web:v2')
    expect(compared(`a:\n- x: 1\nb:\n${v2}`, `a:\n- x: 1\n- y: 2\nb:\n${v2}`)).toBe(true)
    expect(compared(`- x: 1\n---\n${v2}`, `- x: 1\n- y: 2\n---\n${v2}`)).toBe(true)
    expect(compared(`a:\n- x: 1\n${v2}`, `a:\n- x: 1\n- y: 2\n${v2}`)).toBe(false)
  })

  it('are the same whatever changes beside or above them, and others where one of several is', () => {
    const image = 'image: registry.example/web:v2\n'
    const compared = (before: string, after: string) =>
      comparePlaces(one, lines, { before: { 'a.yaml': before }, after: { 'a.yaml': after } }).areSame
    expect(compared(`a: 1\nc: 1\n${image}`, `b: 1\nc: 1\n${image}`)).toBe(true)
    expect(compared(`spec:\n  ${image}`, `x: 1\nspec:\n  ${image}`)).toBe(true)
    expect(compared(`c: 1\n${image}d: 1\n${image}`, `c: 1\n${image}e: 1\n${image}`)).toBe(false)
    expect(compared(`d: 1\n${image}c: 1\n${image}`, `e: 1\n${image}c: 1\n${image}`)).toBe(false)
  })

  it.each<[string, string, boolean]>([
    ['its reference', 'image: registry.example/web:v2', true],
    ['its tag, wherever that stands', 'other: v2', true],
    ['its tag behind another image’s name, with the port of its registry', 'image: registry:5000/worker:v2', false],
    ['nothing', 'other: v1', false],
  ])('may be any that has %s', (_, text, isIt) => {
    expect(mayBeNamed(one, lines, { 'x.yaml': `a: 1\n${text}` })).toBe(isIt)
    expect(mayBeNamed(one, lines, { 'x.yaml': text, 'y.yaml': 'a: 1' })).toBe(isIt)
    const two = aQuarantine({ images: [...one.images, 'registry.example/job:v7'] })
    expect(mayBeNamed(two, linesOfFailed(two, {}, {}), { 'x.yaml': `a: 1\n${text}` })).toBe(isIt)
  })

  it.each([
    ['a word that never ends', `a: ${'b'.repeat(500_000)} v2\n`],
    ['a line that many stand within', `${'b'.repeat(400_000)}:\n${' a\n'.repeat(100_000)}`],
    ['words of many colons', `a: ${'b:'.repeat(200_000)}\n`],
  ])('are read within a moment, whatever strangers write: %s', (_, text) => {
    const before = process.cpuUsage()
    mayBeNamed(one, lines, { 'x.yaml': text })
    comparePlaces(one, lines, { before: {}, after: { 'x.yaml': text } })
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1_500)
  })

  it('are no more than those that came with the failure: what stood there before is innocent', () => {
    const before = { [VALUES]: `${at('v1')}note: v2\n` }
    const failed = { [VALUES]: `${at('v2')}note: v2\n` }
    const own = linesOfFailed(one, failed, before)
    expect(countNamed(one, own, { texts: before })).toBe(0)
    expect(countNamed(one, own, { texts: failed })).toBe(1)
  })
})

describe('a rendered template', () => {
  it('has the images of its containers and of what runs before them; nothing of its form is trusted', () => {
    const template = { spec: { initContainers: [{ image: 'a' }], containers: [{ image: 'b' }, { image: 7 }, null, 'c'] } }
    expect(imagesOfTemplate(template)).toEqual(['a', 'b'])
    for (const odd of [undefined, null, [], { spec: null }, { spec: [] }, { spec: { containers: {} } }])
      expect(imagesOfTemplate(odd)).toEqual([])
  })
})
