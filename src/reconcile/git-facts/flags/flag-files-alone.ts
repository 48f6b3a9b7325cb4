import type { CommitSha } from '../../../domain/application/commit.ts'
import { plainText } from '../../../domain/words/plain-text.ts'
import type { GitRepository } from '../../../ports/git.ts'
import { Refusal } from '../question/refusal.ts'

/** Larger files are no manifests of Rollouts that anybody wrote. */
const MAX_BYTES = 262_144

/** A manifest of a Rollout, or of what one may take its template from, as YAML or JSON has it. */
const HOLDS_TEMPLATE = /(?:^|[\s{,-])["']?kind["']?\s*:\s*["']?(Rollout|Deployment|ReplicaSet|PodTemplate)\b/

/** What manifests are made by: nothing but rendering tells what it changes. */
const MAKES_MANIFESTS = /(?:^|\/)(?:kustomization(?:\.ya?ml)?|Chart\.(?:yaml|lock)|values[^/]*\.ya?ml|[^/]+\.(?:tpl|jsonnet|libsonnet))$/i

/**
 * Insists that files which the admin calls flags can be nothing else: a glob may match more than was meant, and the controller may be late
 * with a template that the same sync has changed.
 * @throws Refusal P7; KedgeError E_GIT_*
 */
export async function insistOnFlagsAlone(
  repository: GitRepository,
  { paths, commits, isRendered }: { paths: readonly string[]; commits: readonly CommitSha[]; isRendered: boolean },
): Promise<void> {
  const made = isRendered ? undefined : paths.find((path) => MAKES_MANIFESTS.test(path))
  if (made !== undefined)
    throw new Refusal('P7', `${plainText(made, 200)} is among the flags, and what it changes is not known where nothing is rendered.`)
  for (const commit of commits) {
    const texts = await repository.readFiles(commit, paths, MAX_BYTES)
    for (const [path, text] of Object.entries(texts)) {
      const kind = HOLDS_TEMPLATE.exec(text)?.[1]
      if (kind !== undefined) throw new Refusal('P7', `${plainText(path, 200)} is among the flags, and holds a ${kind}.`)
    }
  }
}
