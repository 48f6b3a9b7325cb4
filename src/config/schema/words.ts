import { z } from 'zod'
import { isChannelName, isRepositoryPattern } from '../../domain/policy/allow.ts'
import { isReviewer, MODES } from '../../domain/policy/annotations.ts'
import { parseRfc3339 } from '../../domain/words/rfc3339.ts'
import { isMappingPath } from '../mapping-path.ts'

// What single values of the file look like.

export const mode = z.enum(MODES as ['observe', 'notify', 'pr'])
export const word = z.string().min(1).max(253)
export const globs = z.union([word, z.array(word).min(1)])
export const port = z.int().min(0).max(65_535)
export const time = z
  .string()
  .refine((text) => parseRfc3339(text) !== undefined, 'must be a time with a zone, such as 2026-12-24T18:00:00Z')
export const channel = z.string().refine(isChannelName, 'must be the name or id of one channel, such as #releases')
export const reviewer = z.string().refine(isReviewer, 'must be a login (ada) or a team (acme/platform)')
/** A name by which a browser or a sender calls a host; no address, and no port. */
export const hostName = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$/, 'must be a name without a port, such as kedge.example')
  .transform((text) => text.toLowerCase())
export const mappingPath = z.string().refine(isMappingPath, 'must be a JSONPath without filters and scripts, such as $.app.metadata.name')
export const repositoryPattern = z
  .string()
  .refine(isRepositoryPattern, 'must be host and path, such as https://git.example.com/acme/* (the host in full; ** for several parts)')
/** A Kubernetes name (RFC 1123); a cluster's is in keys and branch names, so it holds no slash either. */
export const name = z.string().regex(/^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/, 'must be lower-case letters, digits, - and .')
