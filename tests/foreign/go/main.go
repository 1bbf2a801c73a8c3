// Verify checks an export of an airing log, given nothing but the log's vkey.
package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8 // 256 hashes or entries in a full tile

// tiles reads hash tiles from an export.
type tiles string

func (dir tiles) Height() int                     { return height }
func (dir tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (dir tiles) ReadTiles(want []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, t := range want {
		data, err := dir.read(t, strings.TrimPrefix(t.Path(), "tile/8/"), tlog.HashSize<<height)
		if err != nil || len(data) < t.W*tlog.HashSize {
			return nil, fmt.Errorf("%s is too short or missing: %v", t.Path(), err)
		}
		out = append(out, data[:t.W*tlog.HashSize])
	}
	return out, nil
}

// read returns the bytes of a tile, or of the full tile if the partial one has been deleted.
func (dir tiles) read(t tlog.Tile, path string, limit int64) ([]byte, error) {
	name := filepath.Join(string(dir), "tile", path)
	if _, err := os.Stat(name); os.IsNotExist(err) {
		name = strings.TrimSuffix(name, fmt.Sprintf(".p/%d", t.W))
	}
	return readFile(name, limit)
}

func readFile(name string, limit int64) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > limit {
		return nil, fmt.Errorf("%s: not a file, or too long", name)
	}
	return os.ReadFile(name)
}

// entries returns the first t.W entries of a bundle.
func (dir tiles) entries(t tlog.Tile) ([][]byte, error) {
	path := strings.Replace(t.Path(), "tile/8/data/", "entries/", 1)
	data, err := dir.read(t, path, (2+0xffff)<<height)
	if err != nil {
		return nil, err
	}
	var out [][]byte
	for len(data) >= 2 {
		n := 2 + int(binary.BigEndian.Uint16(data))
		if n > len(data) {
			break
		}
		out, data = append(out, data[2:n]), data[n:]
	}
	if len(data) != 0 || len(out) != t.W && len(out) != 1<<height {
		return nil, fmt.Errorf("%s: malformed entry bundle", path)
	}
	return out[:t.W], nil
}

var checkpointText = regexp.MustCompile(`^([^\n]+)\n([1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n$`)

func verify(dir tiles, vkey string) (string, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return "", err
	}
	raw, err := readFile(filepath.Join(string(dir), "checkpoint"), 1<<20)
	if err != nil {
		return "", err
	}
	head, err := note.Open(raw, note.VerifierList(verifier))
	if err != nil {
		return "", err
	}
	m := checkpointText.FindStringSubmatch(head.Text)
	if m == nil || m[1] != verifier.Name() {
		return "", fmt.Errorf("not a checkpoint of this log")
	}
	size, _ := strconv.ParseInt(m[2], 10, 64) // at most 16 digits
	root, _ := tlog.ParseHash(m[3])           // 32 bytes
	hashes := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, dir)
	if got, err := tlog.TreeHash(size, hashes); err != nil || got.String() != m[3] {
		return "", fmt.Errorf("the root of the tiles differs from that of the head: %v", err)
	}
	prove := map[int64]bool{0: true, size / 3: true, size / 2: true, size - 1: true}
	for first := int64(0); first < size; first += 1 << height {
		t := tlog.Tile{H: height, L: -1, N: first >> height, W: 1 << height}
		if size-first < int64(t.W) {
			t.W = int(size - first)
		}
		lines, err := dir.entries(t)
		if err != nil {
			return "", err
		}
		index := make([]int64, len(lines))
		for i := range index {
			index[i] = tlog.StoredHashIndex(0, first+int64(i))
		}
		leaves, err := hashes.ReadHashes(index)
		if err != nil {
			return "", err
		}
		for i, line := range lines {
			seq, leaf := first+int64(i), tlog.RecordHash(line)
			if !strings.HasPrefix(string(line), fmt.Sprintf(`{"v":1,"seq":%d,"type":"`, seq)) || leaf != leaves[i] {
				return "", fmt.Errorf("entry %d is not the one that was signed", seq)
			} else if prove[seq] {
				proof, err := tlog.ProveRecord(size, seq, hashes)
				if err != nil || tlog.CheckRecord(proof, size, root, seq, leaf) != nil {
					return "", fmt.Errorf("entry %d is not proven: %v", seq, err)
				}
			}
		}
	}
	return fmt.Sprintf("%s %d %s", m[1], size, m[3]), nil
}

func main() {
	ok, err := "", errors.New("usage: verify EXPORT_DIR VKEY")
	if len(os.Args) == 3 {
		ok, err = verify(tiles(os.Args[1]), os.Args[2])
	}
	if err != nil {
		fmt.Printf("BAD %q\n", err.Error())
		os.Exit(1)
	}
	fmt.Println("OK", ok)
}
