import type { Chain } from '../../../domain/addresses/index.js';

/** One address of each kind whose checksum sees every typing error of one character. */
export const checksummed: readonly (readonly [Chain, string])[] = [
  ['bitcoin', '1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu'],
  ['bitcoin', '3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC'],
  ['bitcoin', '2N122JKRz52gokTmaVYNiMA43qvdSqnhLGV'],
  ['bitcoin', 'tb1qfdxh6gkfr0qgyatnlkd8khcnxph9tw06n6qwjc'],
  ['bitcoin', 'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4'],
  ['bitcoin', 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0'],
  ['litecoin', 'LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1'],
  ['litecoin', 'MTf4tP1TCNBn8dNkyxeBVoPrFCcVzxJvvh'],
  ['litecoin', 'QVk4MvUu7Wb7tZ1wvAeiUvdF7wxhvpyLLK'],
  ['litecoin', 'ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9'],
  ['bitcoin_cash', 'bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a'],
  ['bitcoin_cash', 'ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq'],
  ['bitcoin_cash', 'bchtest:pr6m7j9njldwwzlg9v7v53unlr4jkmx6eyvwc0uz5t'],
  ['dogecoin', 'DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L'],
  ['dogecoin', 'A8c3xNz2mqsDLFwv5KL5fpH12QEwDaoTXo'],
  ['tron', 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t'],
  ['ripple', 'rGWrZyQqhTp9Xu7G5Pkayo7bXjH4k4QYpf'],
  ['ripple', 'XVLhHMPHU98es4dbozjVtdWzVrDjtV18pX8yuPT7y4xaEHi'],
  ['ripple', 'TVd2rqMkYL2AyS97NdELcpeiprNBjwVUDvp3vhpXbNhLwJi'],
  ['ton', 'EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrHF'],
  ['ton', '0QDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPleK'],
  ['stellar', 'GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ'],
  ['stellar', 'MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK'],
];

/** EIP-55's own test cases: all capitals, all small, and mixed. */
export const eip55 = [
  '0x52908400098527886E0F7030069857D2E4169EE7',
  '0x8617E340B3D01FA5F11F306F4090FD50E238070D',
  '0xde709f2102306220921060314715629080e2fb77',
  '0x27b1fdb04752bbc536007a920d24acb045561c26',
  '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
  '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
  '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
];

/** The mints of USDC and of wrapped SOL, and the system program. */
export const solanaAddresses = [
  'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
  'So11111111111111111111111111111111111111112',
  '11111111111111111111111111111111',
];

/** An address of each chain whose checksum shows it to be right, and of its main network where that differs. */
export const addressOf: Record<Chain, string> = {
  bitcoin: 'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4',
  litecoin: 'MTf4tP1TCNBn8dNkyxeBVoPrFCcVzxJvvh',
  bitcoin_cash: 'bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a',
  dogecoin: 'DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L',
  evm: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  tron: 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t',
  ripple: 'rGWrZyQqhTp9Xu7G5Pkayo7bXjH4k4QYpf',
  solana: 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
  ton: 'EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrHF',
  stellar: 'GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ',
};
