import { expect, it } from 'vitest'
import type { LiveTemplate } from '../../../../src/domain/rollout/template.ts'
import { Sealed } from '../../../../src/domain/sealed.ts'
import { createSyncReader, fitTo, rewrittenIn } from '../../../../src/reconcile/git-facts/syncs/sync-reader.ts'
import { applied as appliedAt } from '../../../domain/release/a-look.ts'
import { aQuestion, REORDERED, SOURCE, web } from '../a-question.ts'

const template = (image: string, container: object = {}, pod: object = {}): Sealed =>
  new Sealed({ spec: { containers: [{ name: 'main', image, ...container }], ...pod } })
const runs = (image: string, container: object = {}, pod: object = {}): LiveTemplate => ({
  template: template(image, container, pod),
  ephemeralMetadata: undefined,
})
const live = { failed: runs('v2'), before: runs('v1') }

it.each<[string, Sealed, unknown]>([
  ['N+1', template('v2'), { fit: { of: 'failed', reordered: false } }],
  ['N', template('v1'), { fit: { of: 'before', reordered: false } }],
  ['neither', template('v3'), { fit: { of: 'other', reordered: false } }],
])('a template is the one that it is: %s', (_, rendered, expected) => {
  expect(fitTo(live, rendered)).toEqual(expected)
})

const envs = (...names: readonly string[]): object => ({ env: names.map((name) => ({ name, value: name })) })

it('of two versions that differ in an order alone, a template is the one that has its own', () => {
  const [one, other] = [runs('v1', envs('A', 'B')), runs('v1', envs('B', 'A'))]
  const fit = fitTo({ failed: one, before: other }, template('v1', envs('B', 'A')))
  expect(fit).toEqual({ fit: { of: 'before', reordered: false } })
  expect(fitTo({ failed: one, before: other }, template('v1', envs('A', 'B')))).toEqual({ fit: { of: 'failed', reordered: false } })
  expect(fitTo({ failed: one, before: runs('v2') }, template('v1', envs('B', 'A')))).toEqual({ fit: { of: 'failed', reordered: true } })
})

it.each(['failed', 'before'] as const)('what is too deep to be compared is not told: of %s', (which) => {
  const deep = Array.from({ length: 70 }).reduce<object>((inner) => ({ inner }), {})
  const expected = { unknown: 'the template is too large to be compared.' }
  expect(fitTo({ ...live, [which]: runs('v9', {}, deep) }, template('v9', {}, deep))).toEqual(expected)
})

const [TTY, ADDED] = [{ tty: true }, { priorityClassName: 'high' }]
const rewriting = { failed: runs('v2', TTY, ADDED), before: runs('v1', TTY, ADDED) }
const FIELDS = ['spec.containers[main].tty', 'spec.priorityClassName']

it.each<[string, Sealed, string]>([
  ['N+1 but for these', template('v2'), 'failed'],
  ['N but for these', template('v1'), 'before'],
  ['something else', template('v3'), 'other'],
  ['N+1 as it runs', template('v2', TTY, ADDED), 'other'],
])('where fields are rewritten on the way in, a template is what it is but for these: %s', (_, rendered, expected) => {
  expect(fitTo({ ...rewriting, rewritten: FIELDS }, rendered)).toEqual({ fit: { of: expected, reordered: false } })
})

it('a template that is both versions, but for fields that are rewritten, is neither', () => {
  const [one, other] = [runs('v1', TTY, ADDED), runs('v1', TTY, ADDED)]
  expect(fitTo({ failed: one, before: other, rewritten: FIELDS }, template('v1'))).toEqual({ fit: { of: 'other', reordered: false } })
})

it.each<[string, readonly Sealed[], readonly string[] | undefined]>([
  ['one renders N+1 and one N, but for the same fields', [template('v1'), template('v3'), template('v2')], FIELDS],
  ['nothing renders N', [template('v2'), template('v3')], undefined],
  ['nothing renders N+1', [template('v1'), template('v3')], undefined],
  ['nothing is rewritten', [template('v1', TTY, ADDED), template('v2', TTY, ADDED)], undefined],
  ['more is rewritten of the one', [template('v1'), template('v2', TTY)], undefined],
  ['other fields are rewritten of each', [template('v1', TTY), template('v2', {}, ADDED)], undefined],
  ['nothing was rendered', [], undefined],
])('fields are rewritten on the way in where %s', (_, templates, expected) => {
  expect(rewrittenIn(rewriting, templates)).toEqual(expected)
})

it('no fields are rewritten on the way in where the two versions have some of them in common', () => {
  const [hostname, all] = [{ hostname: 'a' }, { ...ADDED, hostname: 'a' }]
  const both = { failed: runs('v2', TTY, all), before: runs('v1', TTY, all) }
  expect(rewrittenIn(both, [template('v1', {}, hostname), template('v2', {}, ADDED)])).toBeUndefined()
})

const COMMITS = { n: web('v1'), bad: 'unknown: why not\n', next: web('v2', { more: REORDERED }), beside: { files: { 'README.md': 'a' } } }

it("a sync is told by the app's own commit behind it, which is rendered once", async () => {
  const {
    question,
    live: versions,
    applied,
    named,
    rendered,
  } = aQuestion({ commits: { before: { files: { 'README.md': '' } }, ...COMMITS }, synced: [] })
  const read = createSyncReader(question, versions, question)
  const told = async (name: string): Promise<unknown> => {
    const found = await read(applied(name))
    return 'fit' in found ? named([found.fit, found.commit?.sha, found.rendered !== undefined]) : found.unknown
  }
  expect(await told('n')).toEqual([{ of: 'before', reordered: false }, 'n', true])
  expect(await told('beside')).toEqual([{ of: 'failed', reordered: true }, 'next', true])
  expect(await told('beside')).toEqual([{ of: 'failed', reordered: true }, 'next', true])
  expect(await told('bad')).toBe('why not')
  expect(await told('before')).toBe('its commit is not in the repository, or none up to it touches the inputs.')
  expect(await told('gone')).toBe('its commit is not in the repository, or none up to it touches the inputs.')
  expect(rendered()).toEqual(['n', 'next', 'bad'])
})

it('where the Rollout is not there, a sync has brought another version', async () => {
  const { question, live: versions, applied } = aQuestion({ commits: { n: { files: { 'apps/web/other.yaml': 'a: 1' } } }, synced: [] })
  const found = await createSyncReader(question, versions, question)(applied('n'))
  expect(found).toMatchObject({ fit: { of: 'other', reordered: false }, rendered: undefined })
})

it('of several repositories no commit stands for a sync, and it is rendered as it was applied', async () => {
  const { question, live: versions, applied } = aQuestion({ commits: COMMITS, synced: [] })
  const found = await createSyncReader(question, versions, undefined)(applied('n'))
  expect(found).toMatchObject({ fit: { of: 'before', reordered: false }, commit: undefined })
})

it('a sync of other sources than the Application reads now is not told', async () => {
  const {
    question,
    live: versions,
    applied,
  } = aQuestion({ commits: COMMITS, synced: [], application: { sources: [SOURCE, SOURCE], multiSource: true } })
  const expected = { unknown: 'the Application reads other sources now.' }
  expect(await createSyncReader(question, versions, undefined)(applied('n'))).toEqual(expected)
})

it('no more than 20 syncs are looked at, and those again', async () => {
  const { question, live: versions } = aQuestion({ commits: COMMITS, synced: [] })
  const renderings = { ...question.renderings, at: async () => ({ result: 'unknown', why: 'unsupported', detail: 'why' }) as const }
  const read = createSyncReader({ ...question, renderings }, versions, undefined)
  const told = await Promise.all(Array.from({ length: 21 }, (_, index) => read(appliedAt(`${index}`))))
  expect(told.slice(19)).toEqual([{ unknown: 'why' }, { unknown: 'only 20 syncs are looked at.' }])
  expect(await read(appliedAt('0'))).toEqual({ unknown: 'why' })
})
