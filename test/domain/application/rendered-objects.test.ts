import { expect, it } from 'vitest'
import { isBuiltUpon, releasedPart, type RenderedObjects } from '../../../src/domain/application/rendered-objects.ts'

const ids = [
  ['apps/v1', 'Deployment', '', 'jobs'],
  ['argoproj.io/v1alpha1', 'Rollout', '', 'worker'],
  ['apps/v1', 'DaemonSet', '', 'agent'],
  ['v1', 'ConfigMap', '', 'config'],
  ['networking.k8s.io/v1', 'Ingress', '', 'public'],
  ['flink.apache.org/v1', 'FlinkDeployment', '', 'stream'],
].map((id) => JSON.stringify(id))

/** A letter for each of these objects; `-` for one that is not there. */
function state(text: string): RenderedObjects {
  const entries = text.split('').map((letter, index) => [ids[index] ?? '', letter] as const)
  return { digest: text, objects: new Map(entries.filter(([, letter]) => letter !== '-')) }
}

type States = [good: string, left: string, head: string, revert: string]
const asked = ([good, left, head, revert]: States, isRendered = true, isOwn = false): boolean =>
  isBuiltUpon({ good: state(good), left: state(left), head: state(head), revert: state(revert) }, { isRendered, isOwn })

it.each<[string, States]>([
  ['nothing has been changed since', ['aaa', 'baa', 'baa', 'aaa']],
  ['something else has been changed since', ['aaa', 'baa', 'bca', 'aca']],
  ['something else has come since', ['aa-', 'ba-', 'bac', 'aac']],
  ['something else has gone since', ['aaa', 'baa', 'b-a', 'a-a']],
  ['the revert changes nothing', ['aaa', 'baa', 'cda', 'cda']],
])('nobody has built upon the release where %s', (_, states) => {
  expect(asked(states)).toBe(false)
})

it.each<[string, States]>([
  ['what goes back has been changed since', ['aaa', 'baa', 'caa', 'aaa']],
  ['what goes back is nothing that was asked for at N', ['aaa', 'baa', 'bca', 'dca']],
  ['the revert changes what the release did not', ['aaa', 'baa', 'bca', 'aaa']],
])('somebody has where %s', (_, states) => {
  expect(asked(states)).toBe(true)
})

it.each<[string, States]>([
  ['a workload', ['aaaaaa', 'aaabaa', 'baabaa', 'baaaaa']],
  ['a Rollout', ['aaaaaa', 'aaabaa', 'ababaa', 'abaaaa']],
  ['what may run pods as well', ['aaaaaa', 'aaabaa', 'aaabab', 'aaaaab']],
])('somebody has where a ConfigMap goes back, and since then has been changed %s', (_, states) => {
  expect(asked(states)).toBe(true)
  expect(asked(states, true, true)).toBe(true)
  expect(asked(states, false)).toBe(true)
})

it('nobody has where a ConfigMap goes back, and what runs no pods has been changed since', () => {
  expect(asked(['aaaaaa', 'aaabaa', 'aaabba', 'aaaaba'])).toBe(false)
})

it('Rollouts of the own Application are told by their templates', () => {
  const states: States = ['aaa', 'aba', 'aca', 'ada']
  expect(asked(states, true, true)).toBe(false)
  expect(asked(states)).toBe(true)
  expect(asked(['aaa', 'baa', 'caa', 'daa'], true, true)).toBe(true)
})

it('until the revert is rendered, what the release has changed tells', () => {
  expect(asked(['aaa', 'baa', 'bca', '---'], false)).toBe(true)
  expect(asked(['aaa', 'baa', 'bca', 'aaa'], false)).toBe(false)
  expect(asked(['aaa', 'baa', 'caa', 'aaa'], false)).toBe(true)
  expect(asked(['aaa', 'aaa', 'caa', 'aaa'], false)).toBe(false)
})

it('where objects are not told apart, all of it has to be as the release left it', () => {
  const [good, left, head, revert] = ['aaa', 'baa', 'bca', 'aca'].map((digest): RenderedObjects => ({ digest }))
  if (!good || !left || !head || !revert) throw new Error('four states')
  expect(isBuiltUpon({ good, left, head, revert }, { isRendered: true, isOwn: false })).toBe(true)
  expect(isBuiltUpon({ good, left, head: left, revert }, { isRendered: true, isOwn: false })).toBe(false)
  expect(isBuiltUpon({ good, left: good, head, revert }, { isRendered: false, isOwn: false })).toBe(false)
})

it('how many pods there are is no part of a release, while there are some', () => {
  const rollout = (replicas: number, kind = 'Rollout') =>
    releasedPart({ kind, apiVersion: 'argoproj.io/v1alpha1', metadata: { name: 'a' }, spec: { replicas } })
  expect(rollout(2)).toEqual(rollout(5))
  expect(rollout(0)).not.toEqual(rollout(5))
  expect(rollout(2, 'Cache')).not.toEqual(rollout(5, 'Cache'))
  expect(releasedPart({ kind: 'Rollout', apiVersion: 'a/v1' })).toBeUndefined()
  expect(releasedPart('text')).toBeUndefined()
})
