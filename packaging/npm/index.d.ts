// SPDX-License-Identifier: MIT

/** An irregularity that real servers send and RFC 9112 section 4 does not allow. */
export type Quirk =
  | 'missing_reason'
  | 'bare_lf'
  | 'repeated_cr'
  | 'leading_blank'
  | 'extra_space'
  | 'other_whitespace'
  | 'lowercase_protocol'
  | 'short_version'
  | 'missing_version'
  | 'icy_protocol'
  | 'glued_reason'
  | 'control_in_reason'
  | 'unterminated';

/** `strict` allows no quirk, `interop` allows `missing_reason` and `bare_lf`, `permissive` every quirk. */
export type PolicyName = 'strict' | 'interop' | 'permissive';

/** The quirks to allow, and a limit. */
export interface Policy {
  /** The policy to start from. Default: `strict`. */
  policy?: PolicyName;
  /** The quirks to allow in addition. */
  allow?: readonly Quirk[];
  /** The maximum size of a line in bytes, its line end and a leading blank line included. Default: 8192. */
  maxSize?: number;
}

export type ErrorName =
  | 'need_more'
  | 'protocol'
  | 'version'
  | 'separator'
  | 'code'
  | 'reason'
  | 'line_end'
  | 'too_long';

/** A remark on a line that the grammar accepts without a quirk. */
export type Note = 'obs_text' | 'edge_whitespace' | 'code_out_of_range' | 'unusual_version';

export type StatusClass =
  | 'informational'
  | 'success'
  | 'redirection'
  | 'client_error'
  | 'server_error'
  | 'invalid';

/** The standing of a code in a registry. */
export type Standing =
  | 'registered'
  | 'temporary'
  | 'deprecated'
  | 'unused'
  | 'obsolete'
  | 'unregistered'
  | 'invalid';

/** The standing of a phrase in a registry. */
export type PhraseStanding =
  | 'absent'
  | 'empty'
  | 'canonical'
  | 'former'
  | 'alias'
  | 'variant'
  | 'other_code'
  | 'custom'
  | 'unnamed';

/** The kind of bytes that are not a status line. */
export type Lookalike =
  | 'tls_alert'
  | 'tls_handshake'
  | 'http2'
  | 'gzip'
  | 'pcap'
  | 'utf8_bom'
  | 'utf16'
  | 'rtsp'
  | 'sip'
  | 'ntrip'
  | 'ssh'
  | 'warc'
  | 'request_line'
  | 'reply_line'
  | 'chunk_size'
  | 'header_field'
  | 'html'
  | 'json';

/** What a registry advises a client to do. */
export type Advice =
  | 'modify_request'
  | 'do_not_repeat_unmodified'
  | 'authenticate'
  | 'authenticate_with_proxy'
  | 'repeat_later'
  | 'repeat_after_delay'
  | 'repeat_if_retry_after'
  | 'repeat_on_new_connection';

/** Bytes that show a quirk. Size 0: the quirk is a missing byte. */
export interface Finding {
  quirk: Quirk;
  offset: number;
  size: number;
}

interface Common {
  /** Always `-`, as the tool names its standard input. */
  source: string;
  /** Always 0. */
  offset: number;
  /** The size of the line; on an error, the offset of the byte that has it. */
  end: number;
  /** The quirks that the line shows; empty on an error. */
  quirks: Quirk[];
  /** Where the line shows each of them; empty on an error. */
  findings: Finding[];
}

/** A line that the policy accepts. */
export interface Accepted extends Common {
  ok: true;
  error: null;
  version: string;
  code: number;
  /** The reason phrase; null if it is not UTF-8. */
  reason: string | null;
  reason_hex: string;
  refused: [];
  notes: Note[];
  class: StatusClass;
  /** The standing of the code in IANA's registry. */
  standing: Standing;
  /** The standing of the reason phrase in IANA's registry. */
  phrase: PhraseStanding;
  /** The phrase that the registry has for the code; null if it has none. */
  registered_phrase: string | null;
  advice: Advice | null;
}

/** A line that the policy refuses, or none at all. */
export interface Refused extends Common {
  ok: false;
  error: ErrorName;
  version: null;
  code: null;
  reason: null;
  reason_hex: null;
  /** The quirks that the policy would have to allow to get past `end`; empty if no policy does. */
  refused: Quirk[];
  notes: [];
  class: null;
  standing: null;
  phrase: null;
  registered_phrase: null;
  advice: null;
  /** The first 64 bytes of the input at most, in hexadecimal. */
  bytes_hex: string;
  /** What the bytes are, if they are no status line but something well known. */
  looks_like: Lookalike | null;
  /** The first offset from 1 to `maxSize` at which the policy accepts a line. */
  status_line_at: number | null;
}

export type Result = Accepted | Refused;

/** A string is read as its bytes in UTF-8. */
export type Input = string | ArrayBuffer | ArrayBufferView;

/**
 * Parses the status line at the start of a whole input. Bytes after the line are ignored. The result has
 * the members of `statusline parse --json`. Throws a TypeError for arguments of other types, for names that
 * do not exist, and for a `maxSize` that is not a number of bytes; a RangeError if `maxSize` and the input are
 * both over 64 MiB.
 */
export function parse(input: Input, policy?: PolicyName | Policy): Result;

/** Returns the text of `statusline parse`: the line with carets, each irregularity, the registries. */
export function report(
  input: Input,
  policy?: PolicyName | (Policy & { /** The width, 60 to 1000. Default: 100. */ columns?: number }),
): string;

/** The entry of a code in one registry. */
export interface Explanation {
  registry: string;
  snapshot: string | null;
  code: number;
  class: StatusClass;
  phrase: string | null;
  state: 'assigned' | 'temporary' | 'deprecated' | 'unused' | 'obsolete' | null;
  meaning: string | null;
  advice: Advice | null;
  heuristically_cacheable: boolean | null;
  reference: string | null;
  standing: Standing;
  aliases: { phrase: string; kind: 'former' | 'alias' | 'unregistered' }[];
  /** Who sends the code without a registration. */
  unofficial: { phrase: string | null; source: string }[];
}

/** Returns the entries of `statusline explain --json`: one for each built-in registry. */
export function explainCode(code: number | string): Explanation[];

/** Every quirk, with an example, the error of `strict` for it, and the policies that allow it. */
export const quirks: readonly Readonly<{
  quirk: Quirk;
  description: string;
  example: string;
  error: ErrorName;
  policies: readonly PolicyName[];
}>[];

/** The policies that have a name. */
export const policies: readonly Readonly<{
  policy: PolicyName;
  allowed: readonly Quirk[];
  max_size: number;
}>[];
