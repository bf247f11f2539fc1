import { stringify } from 'lossless-json';
import type { HttpResponse } from '../provider-apis/provider.js';

/** A JSON response. LosslessNumbers in it keep their digits. */
export function jsonResponse(status: number, body: object): HttpResponse {
  return { status, contentType: 'application/json', body: stringify(body) ?? '' };
}
