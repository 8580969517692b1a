-- logs(tx, topic, block)
select tx from logs where topic = 0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef and block > 0x00
