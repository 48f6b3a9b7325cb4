import { expect, it } from 'vitest'
import type { Environment } from '../../src/reconcile/environment.ts'
import { REPO } from './application.ts'
import { pass } from './git-gate.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000

/** A Git that, once it `isSlow`, looks one path up for ever; and keeps account of the paths that it is asked for. */
function createSlowGit(slow: string) {
  const asked: string[] = []
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
  const state = { isSlow: false, reached }
  const wrap = (environment: Environment): Environment => ({
    ...environment,
    repositories: {
      async open(repoURL) {
        const repository = await environment.repositories.open(repoURL)
        return {
          ...repository,
          kindsAt(revision, paths) {
            asked.push(...paths)
            if (!state.isSlow || !paths.includes(slow)) return repository.kindsAt(revision, paths)
            state.isSlow = false
            reach()
            return new Promise(() => undefined)
          },
        }
      },
    },
  })
  return Object.assign(state, { wrap, asked })
}

/** Others that read my folder, and one of their own. */
function addOthers(stage: RunningStage, names: readonly string[]): void {
  for (const name of names) {
    const sources = [name, 'apps/web'].map((path) => ({ repoURL: REPO, targetRevision: 'main', path }))
    stage.addApplication({ name, rollouts: [], sources, multi: true })
  }
}

it('an Application of which Git does not say in time what it reads is named, and costs nobody a PR; so are those behind it', async () => {
  const git = createSlowGit('a')
  await using stage = await createRunningStage({ wrap: git.wrap })
  stage.commit({ 'a/x.yaml': 'x: 1\n', 'b/x.yaml': 'x: 1\n' }, 'others')
  addOthers(stage, ['a', 'b'])
  await stage.show()
  await stage.release('v2')
  git.isSlow = true
  stage.web.abort()
  void stage.show()
  await git.reached
  await pass(stage, 1_000)
  await stage.advance(MINUTE)
  expect(stage.pulls()).toHaveLength(1)
  expect(stage.pulls()[0]?.body).toMatch(/- `argocd\/a`\n- `argocd\/b`/)
})

it('paths of another Application that are deeper than people write are not followed', async () => {
  const git = createSlowGit('none')
  await using stage = await createRunningStage({ wrap: git.wrap })
  const deep = Array.from({ length: 10 }, (_, index) => `f${index}/${'d/'.repeat(150)}a.yaml`)
  const kustomization = `resources:\n${deep.map((path) => `- ${path}\n`).join('')}`
  stage.commit({ 'mal/kustomization.yaml': kustomization, ...Object.fromEntries(deep.map((path) => [`mal/${path}`, 'x: 1\n'])) })
  addOthers(stage, ['mal'])
  await stage.show()
  await stage.release('v2')
  await stage.abort()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toHaveLength(1)
  expect(git.asked.filter((path) => path.startsWith('mal/f'))).toEqual([])
})
