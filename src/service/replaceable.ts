import { KedgeError } from '../domain/errors.ts'
import { unreadSource } from '../domain/release/image-source.ts'
import type { Channel } from '../ports/channel.ts'
import type { HostedForges } from '../ports/forge.ts'
import type { ImageRegistry } from '../ports/image-registry.ts'
import type { Logger } from '../ports/log.ts'
import type { Renderer } from '../ports/renderer.ts'

// What is opened anew when the configuration changes: whoever holds one of these ports asks the one that is there at that moment.

/** Where the one that holds now is. */
export interface Present<T> {
  now: T
}

/** See {@link Present}. */
export function forgesOf(present: Present<HostedForges>): HostedForges {
  return {
    forRepository: (repoURL) => present.now.forRepository(repoURL),
    credentialsFor: (repoURL, rejected) => present.now.credentialsFor(repoURL, rejected),
    rateLimitRemaining: () => present.now.rateLimitRemaining(),
    addressNow: (repoURL) => present.now.addressNow?.(repoURL) ?? repoURL,
  }
}

/** See {@link Present}. */
export function rendererOf(present: Present<Renderer>): Renderer {
  return { render: (question) => present.now.render(question), digest: (question) => present.now.digest(question) }
}

/**
 * See {@link Present}. Whether there is one stays as it was at the start: once the last one is taken out of the configuration, what is to
 * be told waits for the next one or the next start, and is not written down as told.
 */
export function channelOf(present: Present<Channel | undefined>): Channel | undefined {
  return (
    present.now && {
      async publish(request) {
        if (!present.now) throw new KedgeError('E_NOTIFIER_CHANNEL_NOT_ALLOWED', 'No channel is configured any more.')
        return present.now.publish(request)
      },
      sideOf: (address) => present.now?.sideOf?.(address) ?? '',
    }
  )
}

/** See {@link Present}. Where there is none, no image may be read. */
export function imagesOf(present: Present<ImageRegistry | undefined>): ImageRegistry {
  return {
    mayRead: (image) => present.now?.mayRead(image) ?? false,
    sourceOf: async (image) => present.now?.sourceOf(image) ?? unreadSource(image, 'no registry may be asked any more'),
  }
}

/** See {@link Present}. One that is opened anew hides the secrets of then, too. */
export function loggerOf(present: Present<Logger>): Logger {
  return {
    info: (message, more) => present.now.info(message, more),
    warn: (message, more) => present.now.warn(message, more),
    error: (message, more) => present.now.error(message, more),
  }
}
