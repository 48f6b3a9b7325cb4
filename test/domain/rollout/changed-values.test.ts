import { expect, it } from 'vitest'
import { changedValues, valuesIn } from '../../../src/domain/rollout/changed-values.ts'
import { HASH_LABEL } from '../../../src/domain/rollout/template-shape.ts'
import type { LiveTemplate } from '../../../src/domain/rollout/template.ts'
import { Sealed } from '../../../src/domain/sealed.ts'

/** A template that runs, of one container. */
function live(hash: string, container: object, { labels = {}, ephemeral }: { labels?: object; ephemeral?: object } = {}): LiveTemplate {
  return {
    template: new Sealed({
      metadata: { labels: { app: 'web', [HASH_LABEL]: hash, ...labels } },
      spec: { containers: [{ name: 'main', ...container }] },
    }),
    ephemeralMetadata: ephemeral && JSON.stringify(ephemeral),
  }
}

const valuesOf = (before: LiveTemplate, after: LiveTemplate) => changedValues(before, after, new Set(['n', 'n1']))

it('tells the parts of an image that differ', () => {
  expect(valuesOf(live('n', { image: 'host:5000/web:v1' }), live('n1', { image: 'host:5000/web:v2' }))).toEqual([
    { before: 'v1', after: 'v2', image: 'web' },
  ])
  expect(valuesOf(live('n', { image: 'a/web:v1@sha256:1' }), live('n1', { image: 'b/web:v1@sha256:2' }))).toEqual([
    { before: 'a/web', after: 'b/web' },
    { before: 'sha256:1', after: 'sha256:2' },
  ])
})

it('tells what one variable became, which one came, and which went', () => {
  const level = (value: string) => ({ name: 'LEVEL', value })
  expect(valuesOf(live('n', { env: [level('1')] }), live('n1', { env: [level('5')] }))).toEqual([{ before: '1', after: '5' }])
  expect(valuesOf(live('n', { env: [level('1')] }), live('n1', { env: [level('1'), { name: 'MODE', value: 'fast' }] }))).toEqual([
    { before: undefined, after: 'MODE' },
    { before: undefined, after: 'fast' },
  ])
  expect(valuesOf(live('n', { args: ['--a', '--b'] }), live('n1', { args: ['--b'] }))).toEqual([{ before: '--a', after: undefined }])
})

it('leaves out what the controller puts in: its hash, and metadata for the time being', () => {
  const [before, after] = [live('n', { image: 'web:v1' }), live('n1', { image: 'web:v1' })]
  expect(valuesOf(before, after)).toBeUndefined()
  const role = (hash: string, name: string, image: string): LiveTemplate =>
    live(hash, { image }, { labels: { role: name }, ephemeral: { labels: { role: name } } })
  expect(valuesOf(role('n', 'stable', 'web:v1'), role('n1', 'canary', 'web:v2'))).toEqual([{ before: 'v1', after: 'v2', image: 'web' }])
})

it('tells nothing of more values than a person changes', () => {
  const env = (from: number) => ({ env: Array.from({ length: 101 }, (_, index) => ({ name: `E${index}`, value: `${index + from}` })) })
  expect(valuesOf(live('n', env(0)), live('n1', env(1_000)))).toBeUndefined()
})

it('tells a hundred values, and a field that is new, if only by its default', () => {
  const env = (from: number) => ({ env: Array.from({ length: 100 }, (_, index) => ({ name: `E${index}`, value: `${index + from}` })) })
  expect(valuesOf(live('n', env(0)), live('n1', env(1_000)))).toHaveLength(100)
  expect(valuesOf(live('n', {}), live('n1', { tty: true }))).toEqual([{ before: undefined, after: 'true' }])
  const usual = '/dev/termination-log'
  expect(valuesOf(live('n', {}), live('n1', { terminationMessagePath: usual }))).toEqual([{ before: undefined, after: usual }])
})

it('tells each of several alike, and no more than were there', () => {
  const args = (before: readonly string[], after: readonly string[]) => valuesOf(live('n', { args: before }), live('n1', { args: after }))
  expect(args(['--a', '--a', '--b'], ['--a', '--b'])).toEqual([{ before: '--a', after: undefined }])
  expect(args(['--b', '--a'], ['--a', '--b', '--c'])).toEqual([{ before: undefined, after: '--c' }])
})

it('takes apart what is an image, and nothing else', () => {
  expect(valuesOf(live('n', { image: 'no image' }), live('n1', { image: 'web:v2' }))).toEqual([{ before: 'no image', after: 'web:v2' }])
  expect(valuesOf(live('n', { image: 'web:v1' }), live('n1', { image: 'no image' }))).toEqual([{ before: 'web:v1', after: 'no image' }])
  const env = (value: string) => ({ env: [{ name: 'IMAGE', value }] })
  expect(valuesOf(live('n', env('web:v1')), live('n1', env('web:v2')))).toEqual([{ before: 'web:v1', after: 'web:v2' }])
})

it('the values in a template are its texts and numbers, and the parts of what looks like an image', () => {
  const found = valuesIn(live('n', { image: 'r.example/web:v1@sha256:ab', args: ['a b:c'], stdin: null }))
  const parts = ['r.example/web', 'v1', 'sha256:ab']
  expect(found).toEqual(new Set(['web', 'n', 'main', 'r.example/web:v1@sha256:ab', 'a b:c', ...parts]))
})
