import { digestInImageId, type PodImage } from '../../../domain/release/ran-image.ts'
import { CAPS, controllerOf, asItIs, fields, items, text } from './fields.ts'

/**
 * The images of a list of pods, as far as they are of this ReplicaSet and their runtimes name a digest. Labels are anybody's to set; who
 * controls a pod is not. Never throws.
 */
export function readPodImages(list: unknown, replicaSetUid: string): readonly PodImage[] {
  return items(fields(list)['items']).flatMap((pod) => {
    if (controllerOf(fields(fields(pod)['metadata']), asItIs)?.uid !== replicaSetUid) return []
    const { spec, status } = fields(pod)
    return [
      ...imagesOfContainers(fields(spec)['containers'], fields(status)['containerStatuses']),
      ...imagesOfContainers(fields(spec)['initContainers'], fields(status)['initContainerStatuses']),
    ]
  })
}

/** The status tells which image a container runs, and its spec which one was asked for. */
function imagesOfContainers(containers: unknown, statuses: unknown): readonly PodImage[] {
  const told = new Map(items(statuses, CAPS.entries).map((status) => [fields(status)['name'], fields(status)['imageID']]))
  return items(containers, CAPS.entries).flatMap((container) => {
    const image = text(fields(container)['image'], CAPS.short)
    const digest = digestInImageId(told.get(fields(container)['name']))
    return image === undefined || digest === undefined ? [] : [{ image, digest }]
  })
}
