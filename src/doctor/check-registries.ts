import type { Config } from '../config/settings.ts'
import { builtFromWords } from '../domain/release/image-source.ts'
import { imageReference } from '../domain/rollout/image-reference.ts'
import { plainText } from '../domain/words/plain-text.ts'
import { failure, ok, warn, type Finding } from '../ports/finding.ts'
import type { ImageRegistry } from '../ports/image-registry.ts'

/**
 * Whether each registry of the configuration lets an image be read that runs from it, and whether that says what it was built from.
 * @param images those of the Rollouts in view
 */
export async function checkRegistries(
  { registries }: Pick<Config, 'registries'>,
  registry: ImageRegistry | undefined,
  images: readonly string[],
): Promise<readonly Finding[]> {
  const findings = registries.map(async ({ host }): Promise<Finding> => {
    const subject = `registry ${plainText(host, 100)}`
    const image = images.find((one) => imageReference(one)?.host === host)
    if (registry === undefined || image === undefined) return ok(subject, 'no Rollout in view runs an image of it, so it was not asked')
    try {
      const source = await registry.sourceOf(image)
      return source.unread === undefined ? ok(subject, `says ${builtFromWords(source)}`) : warn(subject, builtFromWords(source), ADVICE)
    } catch (fault) {
      return failure(subject, fault)
    }
  })
  return Promise.all(findings)
}

const ADVICE =
  'Where it may not be read: `username` and `passwordFile` of an account that may pull, and `tokenHost` where its tokens come from ' +
  'another host. Labels are the builder’s to write (`org.opencontainers.image.revision`). Nothing depends on it.'
