import { expect, test } from 'vitest'
import type { GitRepository } from '../../../src/ports/git.ts'
import type { Tracer } from '../../../src/ports/tracer.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { traceQuestions } from '../../../src/reconcile/trace/traces.ts'

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
