import type { ApplicationSpec, SourceSnapshot } from './snapshots.ts'

/** A pattern with more alternatives than this is not followed: a bound, not a rule of Argo CD. */
export const MOST_SPELLINGS = 200
const MOST_BRACES = 20

/**
 * The names that a value file's name in an Application may stand for: build variables filled in, alternatives in braces written out. What
 * depends on the revision becomes `*`, and a variable that nobody knows is empty, as in Argo CD. Undefined where it stands for too many.
 * Source: Argo CD `reposerver/repository/repository.go` (newEnv, getResolvedValueFiles), `pkg/apis/application/v1alpha1/types.go` Envsubst.
 */
export function fileNames(text: string, application: ApplicationSpec, source: SourceSnapshot): readonly string[] | undefined {
  // The instance name: alone in Argo CD's own namespace, with its namespace in others.
  const instances = text.includes('ARGOCD_APP_NAME')
    ? [application.name, `${application.namespace}_${application.name}`]
    : [application.name]
  const filled = instances.map((instance) =>
    text.replace(/\$\{?(\w+)\}?/g, (_, name: string) => valueOf(name, { instance, application, source })),
  )
  const names = new Set<string>()
  for (const one of filled) {
    const spellings = writtenOut(one)
    if (!spellings) return undefined
    for (const name of spellings) names.add(name)
  }
  return names.size < MOST_SPELLINGS ? [...names] : undefined
}

function valueOf(
  name: string,
  { instance, application, source }: { instance: string; application: ApplicationSpec; source: SourceSnapshot },
): string {
  if (name.startsWith('ARGOCD_APP_REVISION')) return '*'
  const known: Readonly<Record<string, string | undefined>> = {
    ARGOCD_APP_NAME: instance,
    ARGOCD_APP_NAMESPACE: application.destinationNamespace,
    ARGOCD_APP_PROJECT_NAME: application.project,
    ARGOCD_APP_SOURCE_PATH: source.path,
    ARGOCD_APP_SOURCE_REPO_URL: source.repoURL,
    ARGOCD_APP_SOURCE_TARGET_REVISION: source.targetRevision,
  }
  return known[name] ?? ''
}

/** `{a,b}` as two names; Git's own patterns do not know it. Undefined as soon as there are too many. */
function writtenOut(text: string): readonly string[] | undefined {
  let names: readonly string[] = [text]
  for (let round = 0; round < MOST_BRACES; round += 1) {
    const next: string[] = []
    for (const name of names) {
      next.push(...withoutBrace(name))
      if (next.length > MOST_SPELLINGS) return undefined
    }
    names = next
  }
  return names.some((name) => BRACE.test(name)) ? undefined : names
}

const BRACE = /\{([^{}]*)\}/

function withoutBrace(text: string): readonly string[] {
  const [whole, alternatives = ''] = BRACE.exec(text) ?? []
  if (whole === undefined) return [text]
  // One more than is followed tells that it is too many.
  return alternatives.split(',', MOST_SPELLINGS + 1).map((one) => text.replace(whole, () => one))
}
