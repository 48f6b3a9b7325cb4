import type { RenderedDigest } from '../../src/domain/application/rendered.ts'
import type { Environment } from '../../src/reconcile/environment.ts'

type DigestQuestion = Parameters<Environment['renderer']['digest']>[0]
type Rendered = RenderedDigest & { result: 'rendered' }

/** What is rendered, otherwise told. */
export function digests(told: (digest: Rendered, isUnpublished: boolean, question: DigestQuestion) => RenderedDigest) {
  return (environment: Environment): Environment => ({
    ...environment,
    renderer: {
      ...environment.renderer,
      async digest(question) {
        const digest = await environment.renderer.digest(question)
        return digest.result === 'rendered' ? told(digest, question.isUnpublished === true, question) : digest
      },
    },
  })
}

export const without = (name: string, whole: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> =>
  new Map([...whole].filter(([id]) => !id.includes(`"${name}"`)))

/** At the branch's head, which no sync has applied, the Experiment is rendered otherwise. */
export const otherwiseAtHead = digests((one, isUnpublished, { application, revisions }) => {
  const isSynced = application.history.some((entry) => entry.revisions[0] === revisions[0])
  return isSynced || isUnpublished ? one : { ...one, whole: new Map([...(one.whole ?? []), [ID, 'x']]) }
})
export const ID = JSON.stringify(['argoproj.io/v1alpha1', 'Experiment', '', 'web-ab'])

/** The commit that was synced first is rendered otherwise than another that was synced, and changes nothing that is read. */
export const otherwiseAtFirst = digests((one, _, { application, revisions }) => {
  const [first] = application.history.toSorted((a, b) => (a.deployedAt ?? 0) - (b.deployedAt ?? 0))
  const isFirst = first?.revisions[0] === revisions[0]
  return isFirst ? { ...one, whole: new Map([...(one.whole ?? []), [ID.replace('web-ab', 'other'), 'x']]) } : one
})
