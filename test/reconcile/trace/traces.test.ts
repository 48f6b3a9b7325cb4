import { expect, test } from 'vitest'
import { notRendered, type Rendering } from '../../../src/domain/application/rendered.ts'
import type { GitRepository } from '../../../src/ports/git.ts'
import type { Tracer } from '../../../src/ports/tracer.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { traceEffects, traceQuestions } from '../../../src/reconcile/trace/traces.ts'
import { anEffect } from '../../contract/ledger-documents.ts'

test('a repository stays one object for each of its names, so that what was read of it is found again', async () => {
  const spans: unknown[] = []
  const tracer = {
    span: (name: string, attributes: unknown, work: () => unknown) => {
      spans.push([name, attributes])
      return work()
    },
  } as unknown as Tracer
  const mirrors = new Map<string, GitRepository>()
  const open = async (repoURL: string): Promise<GitRepository> => {
    const mirror = mirrors.get(repoURL.split('?')[0] ?? '') ?? ({ commit: async () => repoURL } as unknown as GitRepository)
    mirrors.set(repoURL.split('?')[0] ?? '', mirror)
    return mirror
  }
  const { repositories } = traceQuestions({ repositories: { open } } as unknown as Environment, tracer)
  const one = await repositories.open('https://git.example/a/b')
  expect(await repositories.open('https://git.example/a/b')).toBe(one)
  expect(await repositories.open('https://git.example/a/c')).not.toBe(one)
  // The same mirror under another name: a span says the name that was asked for.
  const renamed = await repositories.open('https://git.example/a/b?')
  await renamed.commit('1' as never)
  await one.commit('1' as never)
  expect(spans).toEqual([
    ['git commit', { 'kedge.repository': 'git.example/a/b?' }],
    ['git commit', { 'kedge.repository': 'git.example/a/b' }],
  ])
})

/** A tracer that keeps what it is told, and what is noted on the way. */
function remembering() {
  const spans: unknown[] = []
  const span: Tracer['span'] = (name, attributes, work) => {
    spans.push([name, attributes])
    return work((noted) => void spans.push(noted))
  }
  return { spans, tracer: { span, trace: span } satisfies Tracer }
}

test.each([
  [{ type: 'trace-release', releaseKey: 'r' }, { 'kedge.release': 'r' }],
  [{ type: 'open-revert', revertKey: 'v' }, { 'kedge.revert': 'v' }],
] as const)('a try of an effect is one trace that says for what it is, and how it came out: %o', async (action, subject) => {
  const { spans, tracer } = remembering()
  const effect = anEffect({ key: 'e', action, attempts: 2 })
  await traceEffects(tracer, async () => ({ state: 'done', event: 'release-traced' }))(effect)
  expect(spans).toEqual([
    [action.type, { 'kedge.effect': action.type, 'kedge.effect.attempt': 3, ...subject }],
    { 'kedge.effect.state': 'done', 'kedge.effect.outcome': 'release-traced' },
  ])
})

test.each<[Rendering, string]>([
  [{ result: 'rendered' } as Rendering, 'rendered'],
  [notRendered('absent', 'It is not there.'), 'absent'],
])('a question to who renders says how that came out: %o', async (rendering, outcome) => {
  const { spans, tracer } = remembering()
  const renderer = { render: async () => rendering }
  const application = { namespace: 'argocd', name: 'web' }
  await traceQuestions({ renderer } as unknown as Environment, tracer).renderer.render({ application } as never)
  expect(spans).toEqual([['renderer render', { 'kedge.application': 'argocd/web' }], { 'kedge.rendering': outcome }])
})

test('what asks nobody answers at once, and is no span', () => {
  const { spans, tracer } = remembering()
  const forges = { forRepository: () => ({ commitUrl: (commit: string) => `u/${commit}` }) }
  const forge = traceQuestions({ forges } as unknown as Environment, tracer).forges.forRepository('https://git.example/a/b')
  expect([forge.commitUrl('1' as never), spans]).toEqual(['u/1', []])
})
