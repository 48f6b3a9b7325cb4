import type { Entry } from '../config/entries.ts'
import type { Secrets } from '../config/secrets.ts'
import { KedgeError } from '../domain/errors.ts'
import type { GitRepositories } from '../ports/git.ts'
import type { RendererManifest } from '../ports/manifest.ts'
import type { Renderer } from '../ports/renderer.ts'

/** The renderers of a configuration, each by itself, in the order in which they are asked. */
export interface OpenRenderers extends AsyncDisposable {
  opened: readonly { manifest: RendererManifest; renderer: Renderer }[]
}

/** For whoever asks servers only. */
export const NO_REPOSITORIES: GitRepositories = {
  open: () => Promise.reject(new KedgeError('E_REPOSITORY_NOT_ALLOWED', 'no repository is read here')),
}

/** Opens them. Nobody is asked yet. @throws KedgeError E_CONFIG_INVALID */
export async function openRenderers(
  site: { config: { renderers: readonly Entry<RendererManifest>[] }; secrets: Pick<Secrets, 'renderers'> },
  repositories: GitRepositories,
): Promise<OpenRenderers> {
  await using stack = new AsyncDisposableStack()
  const opened: { manifest: RendererManifest; renderer: Renderer }[] = []
  for (const [index, { manifest, options }] of site.config.renderers.entries()) {
    const credential = manifest.needsNothing ? undefined : site.secrets.renderers[index]
    if (credential === undefined && !manifest.needsNothing) continue
    const renderer = await manifest.open(options, credential, { repositories })
    stack.defer(async () => renderer[Symbol.asyncDispose]?.())
    opened.push({ manifest, renderer })
  }
  const all = stack.move()
  return { opened, [Symbol.asyncDispose]: () => all.disposeAsync() }
}
