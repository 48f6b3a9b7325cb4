import { expect, it } from 'vitest'
import type { ApplicationSnapshot } from '../../../../src/domain/application/snapshots.ts'
import type { DigestQuestion } from '../../../../src/ports/renderer.ts'
import { digestOf, namesOf, type Other } from '../../../../src/reconcile/git-facts/beside/sharing.ts'
import { anApplication, aSource, REPO } from '../../an-application.ts'

const digests = async (application: ApplicationSnapshot, given: Partial<Parameters<typeof digestOf>[2]> = {}): Promise<unknown> => {
  const asked: DigestQuestion[] = []
  const renderer = { digest: async (question: DigestQuestion) => void asked.push(question) } as never
  const source = { repository: 'git.example/shop/gitops', repoURL: REPO, index: 0, targetRevision: 'main' } as unknown as Other['source']
  await digestOf({ renderer }, { application, source }, { at: 'c'.repeat(40) as never, ...given })
  return asked.map(({ application: one, ...rest }) => ({ ...rest, name: one.name }))
}

it('an Application is asked for all that it renders, with its other sources as they were synced last', async () => {
  const entry = (id: number, chart: string) => ({ id, revisions: ['x', chart], sources: [], deployStartedAt: undefined, deployedAt: 0 })
  const chart = aSource({ repoURL: 'https://charts.example', chart: 'x', path: undefined })
  const application = anApplication([{}, chart], { history: [entry(2, '1.2'), entry(3, '1.3'), entry(1, '1.1')] })
  const at = 'c'.repeat(40)
  const told = { name: 'web', revisions: [at, '1.3'], isUnpublished: false, insistsOnAccess: false }
  expect(await digests(application)).toEqual([told])
  expect(await digests(application, { applied: { application: 'argocd/web', revisions: ['x', '0.9'] } })).toEqual([
    { ...told, revisions: [at, '0.9'] },
  ])
  expect(await digests(anApplication([{}, chart]), { isUnpublished: true, insistsOnAccess: true })).toEqual([
    { ...told, revisions: [at, ''], isUnpublished: true, insistsOnAccess: true },
  ])
})

it('others are named in order', () => {
  const of = (name: string): Other => ({ application: anApplication([{}], { name }), source: undefined as never })
  expect(namesOf([of('b'), of('a')])).toEqual(['argocd/a', 'argocd/b'])
})
